interface LibraryTexts {
  title: string
  clips: (count: string) => string
  space: (used: string, most: string) => string
  search: string
  none: string
  noneHint: string
  empty: string
  emptyHint: string
  topic: string
  allTopics: string
  noTopic: string
  state: string
  states: Record<'all' | 'ready' | 'processing' | 'failed', string>
  processing: string
  failed: string
  upload: string
  drop: string
  uploads: string
  sending: Record<'waiting' | 'sending' | 'paused' | 'done' | 'failed', string>
  pause: string
  resume: string
  again: string
  cancel: string
  dismiss: string
  openClip: string
  details: string
  name: string
  description: string
  tags: string
  tagsHint: string
  sentiment: string
  sentiments: Record<'negative' | 'neutral' | 'positive', string>
  licence: string
  attribution: string
  save: string
  close: string
  remove: string
  removeAsk: string
  keep: string
  original: string
  prepareAgain: string
  facts: string
}

const en: LibraryTexts = {
  title: 'Library',
  clips: count => `${count} clips`,
  space: (used, most) => `${used} of ${most} used`,
  search: 'Search clips by what they show',
  none: 'No clip fits',
  noneHint: 'Try other words: what can be seen, or a topic.',
  empty: 'No clips here',
  emptyHint: 'Upload films or pictures, or drop them on this page.',
  topic: 'Topic',
  allTopics: 'All topics',
  noTopic: 'Without a topic',
  state: 'State',
  states: { all: 'All states', ready: 'Ready', processing: 'In preparation', failed: 'Failed' },
  processing: 'In preparation',
  failed: 'Cannot be shown',
  upload: 'Upload',
  drop: 'Drop films and pictures to upload them',
  uploads: 'Uploads',
  sending: {
    waiting: 'Waiting',
    sending: 'Sending',
    paused: 'Paused',
    done: 'In the library',
    failed: 'Not uploaded',
  },
  pause: 'Pause',
  resume: 'Go on',
  again: 'Try again',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  openClip: 'Open',
  details: 'Clip',
  name: 'Title',
  description: 'What can be seen',
  tags: 'Tags',
  tagsHint: 'Words it is found by, with commas between',
  sentiment: 'Feeling',
  sentiments: { negative: 'Negative', neutral: 'Neutral', positive: 'Positive' },
  licence: 'Licence',
  attribution: 'Who is to be named',
  save: 'Save',
  close: 'Close',
  remove: 'Delete',
  removeAsk: 'Delete this clip and its file for good?',
  keep: 'Keep it',
  original: 'Download the file',
  prepareAgain: 'Prepare it again',
  facts: 'File',
}

const sv: LibraryTexts = {
  title: 'Bibliotek',
  clips: count => `${count} klipp`,
  space: (used, most) => `${used} av ${most} används`,
  search: 'Sök klipp efter vad de visar',
  none: 'Inget klipp passar',
  noneHint: 'Prova andra ord: vad som syns, eller ett ämne.',
  empty: 'Inga klipp här',
  emptyHint: 'Ladda upp filmer eller bilder, eller släpp dem på sidan.',
  topic: 'Ämne',
  allTopics: 'Alla ämnen',
  noTopic: 'Utan ämne',
  state: 'Läge',
  states: { all: 'Alla lägen', ready: 'Klara', processing: 'Förbereds', failed: 'Misslyckade' },
  processing: 'Förbereds',
  failed: 'Kan inte visas',
  upload: 'Ladda upp',
  drop: 'Släpp filmer och bilder för att ladda upp dem',
  uploads: 'Uppladdningar',
  sending: {
    waiting: 'Väntar',
    sending: 'Skickas',
    paused: 'Pausad',
    done: 'I biblioteket',
    failed: 'Inte uppladdad',
  },
  pause: 'Pausa',
  resume: 'Fortsätt',
  again: 'Försök igen',
  cancel: 'Avbryt',
  dismiss: 'Ta bort ur listan',
  openClip: 'Öppna',
  details: 'Klipp',
  name: 'Titel',
  description: 'Vad som syns',
  tags: 'Etiketter',
  tagsHint: 'Ord som det hittas med, åtskilda av komma',
  sentiment: 'Känsla',
  sentiments: { negative: 'Negativ', neutral: 'Neutral', positive: 'Positiv' },
  licence: 'Licens',
  attribution: 'Vem som ska nämnas',
  save: 'Spara',
  close: 'Stäng',
  remove: 'Radera',
  removeAsk: 'Radera klippet och dess fil för alltid?',
  keep: 'Behåll det',
  original: 'Hämta filen',
  prepareAgain: 'Förbered igen',
  facts: 'Fil',
}

export const libraryTexts = { en, sv }
