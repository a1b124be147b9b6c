import type { AppName } from '../pages.ts'

interface AppTexts {
  name: string
  what: string
  /** What one says and what comes; only for apps that can be opened. */
  example?: { heard: string; answered: string }
}

interface HomeTexts {
  title: string
  lead: string
  open: string
  planned: string
  apps: Record<AppName, AppTexts>
}

const en: HomeTexts = {
  title: 'One voice, then the other',
  lead: 'You speak or type; Antiphon hears, understands, looks up and answers while you go on.',
  open: 'Open',
  planned: 'Planned',
  apps: {
    director: {
      name: 'Director',
      what: 'Say it and see it: while you talk, the matching clip comes on screen.',
      example: {
        heard: '“The stock market fell again this morning.”',
        answered: 'Falling stock chart',
      },
    },
    concierge: {
      name: 'Concierge',
      what: 'Answers for an airline’s passengers, each with its sources.',
    },
    lingual: {
      name: 'Lingual',
      what: 'A Japanese and English stream becomes vocabulary, worksheets and clips.',
    },
    feedback: {
      name: 'Feedback',
      what: 'Spoken feedback after a purchase, checked, scored and rewarded.',
    },
    planner: {
      name: 'Planner',
      what: 'Money plans by simulation, with the risk always drawn.',
    },
  },
}

const sv: HomeTexts = {
  title: 'En röst, sedan den andra',
  lead: 'Du talar eller skriver; Antiphon hör, förstår, slår upp och svarar medan du fortsätter.',
  open: 'Öppna',
  planned: 'Planerat',
  apps: {
    director: {
      name: 'Regissör',
      what: 'Säg det och se det: medan du talar kommer rätt klipp på skärmen.',
      example: {
        heard: '”The stock market fell again this morning.”',
        answered: 'Fallande börskurva',
      },
    },
    concierge: {
      name: 'Concierge',
      what: 'Svar till ett flygbolags passagerare, vart och ett med sina källor.',
    },
    lingual: {
      name: 'Lingual',
      what: 'En sändning på japanska och engelska blir ordlistor, övningsblad och klipp.',
    },
    feedback: {
      name: 'Omdöme',
      what: 'Talade omdömen efter ett köp, granskade, bedömda och belönade.',
    },
    planner: {
      name: 'Planerare',
      what: 'Ekonomiska planer genom simulering, med risken alltid utritad.',
    },
  },
}

export const homeTexts = { en, sv }
