import type { Layout } from '@antiphon/web/api/schema.ts'
import type { Fallback, Verdict } from './api.ts'
import type { DeviceProblem } from './device.ts'

interface DirectorTexts {
  emptyTitle: string
  emptyHint: string
  start: string
  orPress: string
  stop: string
  opening: string
  listening: string
  quiet: string
  finished: string
  newTake: string
  finish: string
  pause: string
  resume: string
  paused: string
  level: string
  length: string
  stage: string
  showing: string
  heard: string
  heardEmpty: string
  sample: string
  typeHint: string
  send: string
  fits: string
  fitsEmpty: string
  show: string
  ask: string
  approve: string
  coverage: string
  coverageLittle: string
  coverageMuch: string
  thumbUp: string
  thumbDown: string
  pin: string
  ban: string
  pinned: string
  banned: string
  approved: string
  chart: string
  latency: string
  latencyEmpty: string
  budget: string
  late: string
  because: string
  yourChoice: string
  typedOnly: string
  lostSound: string
  connecting: string
  connected: string
  waiting: string
  lost: string
  over: string
  again: string
  stages: Record<string, string>
  verdicts: Record<Verdict, string>
  fallbacks: Record<Fallback, string>
  microphone: Record<DeviceProblem, string>
  camera: Record<DeviceProblem, string>
  cameraOn: string
  cameraOff: string
  layout: string
  layouts: Record<Layout, string>
  moveSpeaker: string
}

const en: DirectorTexts = {
  emptyTitle: 'Say it and see it',
  emptyHint: 'Talk in English about anything. When a clip fits what you say, it comes on screen.',
  start: 'Start listening',
  orPress: 'or press',
  stop: 'Stop listening',
  opening: 'Opening the microphone',
  listening: 'Listening',
  quiet: 'The microphone is off',
  finished: 'The take is finished',
  newTake: 'New take',
  finish: 'Finish take',
  pause: 'Hold clips',
  resume: 'Show clips again',
  paused: 'Clips are held back',
  level: 'Microphone level',
  length: 'Length of the take',
  stage: 'Picture',
  showing: 'On screen',
  heard: 'Heard and answered',
  heardEmpty: 'Your words appear here, with the clip that answered them.',
  sample: 'The football team won the championship last night',
  typeHint: 'Or type a sentence',
  send: 'Say',
  fits: 'Clips that fit',
  fitsEmpty: 'The best three clips for your last words stand here. One key shows one.',
  show: 'Show',
  ask: 'Ask before showing',
  approve: 'Approve',
  coverage: 'How much is covered with clips',
  coverageLittle: 'Few clips',
  coverageMuch: 'Many',
  thumbUp: 'More like this',
  thumbDown: 'Less of this',
  pin: 'Pin: goes before others',
  ban: 'Ban: never chosen',
  pinned: 'Pinned',
  banned: 'Banned; press again to lift it',
  approved: 'approved by you',
  chart: 'Chart',
  latency: 'Where the time went',
  latencyEmpty: 'From your words to the picture, step by step.',
  budget: 'of',
  late: 'Too late; not shown',
  because: 'because of',
  yourChoice: 'your choice',
  typedOnly: 'Speech recognition is not available on this server. Typed sentences work.',
  lostSound: 'of sound could not be kept while the connection was gone.',
  connecting: 'Connecting',
  connected: 'Connected',
  waiting: 'Connection broken; trying again',
  lost: 'No connection. Your take is kept.',
  over: 'Closed',
  again: 'Try again',
  stages: {
    heard: 'Heard',
    analysed: 'Understood',
    found: 'Found',
    chosen: 'Chosen',
    shown: 'Shown',
  },
  verdicts: {
    shown: 'Shown',
    nothing_fits: 'Nothing fits',
    unsure: 'Not sure enough',
    same: 'Already on screen',
    held: 'Another clip is still on',
    cooling: 'One of this topic is on',
    repeated: 'Shown a moment ago',
    late: 'Too late; not shown',
    paused: 'Clips are held back',
    overtaken: 'Newer words came first',
    proposed: 'Waits for your word',
    waiting: 'Waits already',
  },
  fallbacks: {
    none: '',
    keywords: 'found by the words alone',
    defaultClip: 'the search failed; the default clip stands in',
    noOverlay: 'the search failed',
  },
  microphone: {
    denied: 'The browser may not use the microphone. Allow it beside the address, or type.',
    missing: 'There is no microphone. Plug one in, or type.',
    busy: 'The microphone could not be opened. Another program may hold it.',
    unsupported: 'A microphone needs https, or the address 127.0.0.1.',
  },
  camera: {
    denied: 'The browser may not use the camera. Allow it beside the address.',
    missing: 'There is no camera. The take goes on without one.',
    busy: 'The camera could not be opened. Another program may hold it.',
    unsupported: 'A camera needs https, or the address 127.0.0.1.',
  },
  cameraOn: 'Camera on',
  cameraOff: 'Camera off',
  layout: 'Layout',
  layouts: {
    fullscreen: 'Full screen',
    pip: 'Picture in picture',
    sideBySide: 'Side by side',
  },
  moveSpeaker: 'Speaker to the next corner',
}

const sv: DirectorTexts = {
  emptyTitle: 'Säg det och se det',
  emptyHint:
    'Tala engelska om vad som helst. När ett klipp passar det du säger kommer det på skärmen.',
  start: 'Börja lyssna',
  orPress: 'eller tryck',
  stop: 'Sluta lyssna',
  opening: 'Öppnar mikrofonen',
  listening: 'Lyssnar',
  quiet: 'Mikrofonen är av',
  finished: 'Tagningen är klar',
  newTake: 'Ny tagning',
  finish: 'Avsluta tagningen',
  pause: 'Håll inne klipp',
  resume: 'Visa klipp igen',
  paused: 'Klipp hålls inne',
  level: 'Mikrofonens nivå',
  length: 'Tagningens längd',
  stage: 'Bild',
  showing: 'På skärmen',
  heard: 'Hört och besvarat',
  heardEmpty: 'Dina ord visas här, med klippet som svarade på dem.',
  sample: 'The football team won the championship last night',
  typeHint: 'Eller skriv en mening på engelska',
  send: 'Säg',
  fits: 'Klipp som passar',
  fitsEmpty: 'De tre bästa klippen för dina senaste ord står här. En tangent visar ett.',
  show: 'Visa',
  ask: 'Fråga före visning',
  approve: 'Godkänn',
  coverage: 'Hur mycket som täcks med klipp',
  coverageLittle: 'Få klipp',
  coverageMuch: 'Många',
  thumbUp: 'Mer av detta',
  thumbDown: 'Mindre av detta',
  pin: 'Fäst: går före andra',
  ban: 'Spärra: väljs aldrig',
  pinned: 'Fäst',
  banned: 'Spärrat; tryck igen för att häva',
  approved: 'godkänt av dig',
  chart: 'Diagram',
  latency: 'Vart tiden tog vägen',
  latencyEmpty: 'Från dina ord till bilden, steg för steg.',
  budget: 'av',
  late: 'För sent; visades inte',
  because: 'på grund av',
  yourChoice: 'ditt val',
  typedOnly: 'Taligenkänning saknas på den här servern. Skrivna meningar fungerar.',
  lostSound: 'ljud kunde inte sparas medan förbindelsen var borta.',
  connecting: 'Ansluter',
  connected: 'Ansluten',
  waiting: 'Förbindelsen bröts; försöker igen',
  lost: 'Ingen förbindelse. Din tagning är sparad.',
  over: 'Stängd',
  again: 'Försök igen',
  stages: {
    heard: 'Hört',
    analysed: 'Förstått',
    found: 'Funnet',
    chosen: 'Valt',
    shown: 'Visat',
  },
  verdicts: {
    shown: 'Visat',
    nothing_fits: 'Inget passar',
    unsure: 'Inte säkert nog',
    same: 'Redan på skärmen',
    held: 'Ett annat klipp visas ännu',
    cooling: 'Ett klipp om detta visas',
    repeated: 'Visades nyss',
    late: 'För sent; visades inte',
    paused: 'Klipp hålls inne',
    overtaken: 'Nyare ord kom före',
    proposed: 'Väntar på ditt ord',
    waiting: 'Väntar redan',
  },
  fallbacks: {
    none: '',
    keywords: 'funnet enbart genom orden',
    defaultClip: 'sökningen misslyckades; standardklippet visas',
    noOverlay: 'sökningen misslyckades',
  },
  microphone: {
    denied: 'Webbläsaren får inte använda mikrofonen. Tillåt den vid adressen, eller skriv.',
    missing: 'Det finns ingen mikrofon. Anslut en, eller skriv.',
    busy: 'Mikrofonen kunde inte öppnas. Ett annat program kan använda den.',
    unsupported: 'Mikrofonen kräver https, eller adressen 127.0.0.1.',
  },
  camera: {
    denied: 'Webbläsaren får inte använda kameran. Tillåt den vid adressen.',
    missing: 'Det finns ingen kamera. Tagningen fortsätter utan.',
    busy: 'Kameran kunde inte öppnas. Ett annat program kan använda den.',
    unsupported: 'Kameran kräver https, eller adressen 127.0.0.1.',
  },
  cameraOn: 'Slå på kameran',
  cameraOff: 'Stäng av kameran',
  layout: 'Placering',
  layouts: {
    fullscreen: 'Helskärm',
    pip: 'Bild i bild',
    sideBySide: 'Sida vid sida',
  },
  moveSpeaker: 'Flytta talaren till nästa hörn',
}

export const directorTexts = { en, sv }
