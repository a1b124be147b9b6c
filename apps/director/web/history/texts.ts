import type { Layout } from '@antiphon/web/api/schema.ts'
import type { CutProblem } from './edit.ts'
import type { RecordingView, Render } from './history_api.ts'

interface HistoryTexts {
  title: string
  empty: string
  emptyHint: string
  newTake: string
  more: string
  length: string
  statuses: Record<string, string>
  recorded: string
  recording: Record<RecordingView['state'], string>
  noRecording: string
  noRecordingHint: string
  takeOf: (when: string) => string
  all: string
  goOn: string
  transcript: string
  noWords: string
  playFrom: string
  deleteRecording: string
  deleteRecordingAsk: string
  editList: string
  editListHint: string
  noCuts: string
  asRecorded: string
  edited: string
  start: string
  end: string
  onScreen: string
  said: string
  chart: string
  remove: string
  save: string
  undo: string
  reset: string
  resetAsk: string
  keep: string
  saved: string
  download: string
  problems: Record<CutProblem, string>
  notATime: string
  film: string
  filmHint: string
  quality: string
  layout: string
  asInTheList: string
  layouts: Record<Layout, string>
  captions: string
  make: string
  noFilms: string
  states: Record<Render['state'], string>
  left: (time: string) => string
  cancel: string
  delete: string
  deleteAsk: string
  latency: string
  latencyNone: string
  turn: string
}

const en: HistoryTexts = {
  title: 'Takes',
  empty: 'No takes yet',
  emptyHint: 'What you record or say stands here: to watch, to change, to download.',
  newTake: 'Begin a take',
  more: 'Show older takes',
  length: 'Length',
  statuses: { connected: 'Goes on', processing: 'Being finished', completed: 'Finished' },
  recorded: 'Recorded',
  recording: {
    processing: 'The recording is being prepared.',
    ready: 'Recorded',
    failed: 'The recording cannot be played.',
  },
  noRecording: 'No recording',
  noRecordingHint: 'Press Record during a take, and it can be watched here.',
  takeOf: when => `Take of ${when}`,
  all: 'All takes',
  goOn: 'Go on with it',
  transcript: 'Words',
  noWords: 'Nothing was said.',
  playFrom: 'Play from',
  deleteRecording: 'Delete the recording',
  deleteRecordingAsk: 'Delete the recording for good? Words and edit list stay.',
  editList: 'Edit list',
  editListHint:
    'What came on screen, and when. Change the times, or remove what should not be seen.',
  noCuts: 'Nothing came on screen in this take.',
  asRecorded: 'As it was recorded',
  edited: 'Changed by hand',
  start: 'Start',
  end: 'End',
  onScreen: 'On screen',
  said: 'Because of',
  chart: 'Chart',
  remove: 'Remove',
  save: 'Save changes',
  undo: 'Undo changes',
  reset: 'Back to the recorded list',
  resetAsk: 'Throw away all changes to this list?',
  keep: 'Keep it',
  saved: 'Saved',
  download: 'Download',
  problems: {
    outside: 'This ends after the take does.',
    backwards: 'The end must come after the start.',
    overlaps: 'This begins before the one above it ends.',
  },
  notATime: 'Write a time as 1:23.4, minutes and seconds.',
  film: 'Film',
  filmHint: 'The server makes a film of the recording and the edit list.',
  quality: 'Quality',
  layout: 'Layout',
  asInTheList: 'As in the take',
  layouts: { fullscreen: 'Full screen', pip: 'Picture in picture', sideBySide: 'Side by side' },
  captions: 'Write the words into the picture',
  make: 'Make the film',
  noFilms: 'No film has been made of this take.',
  states: {
    waiting: 'Waits for its turn',
    running: 'Being made',
    ready: 'Ready',
    failed: 'Failed',
    cancelled: 'Cancelled',
  },
  left: time => `${time} left`,
  cancel: 'Cancel',
  delete: 'Delete',
  deleteAsk: 'Delete this film for good?',
  latency: 'Where the time went',
  latencyNone: 'The times of this take are no longer kept.',
  turn: 'Sentence',
}

const sv: HistoryTexts = {
  title: 'Tagningar',
  empty: 'Inga tagningar än',
  emptyHint: 'Det du spelar in eller säger finns här: att se, ändra och ladda ner.',
  newTake: 'Börja en tagning',
  more: 'Visa äldre tagningar',
  length: 'Längd',
  statuses: { connected: 'Pågår', processing: 'Avslutas', completed: 'Klar' },
  recorded: 'Inspelad',
  recording: {
    processing: 'Inspelningen förbereds.',
    ready: 'Inspelad',
    failed: 'Inspelningen kan inte spelas upp.',
  },
  noRecording: 'Ingen inspelning',
  noRecordingHint: 'Tryck på Spela in under en tagning, så kan den ses här.',
  takeOf: when => `Tagning ${when}`,
  all: 'Alla tagningar',
  goOn: 'Fortsätt den',
  transcript: 'Ord',
  noWords: 'Ingenting sades.',
  playFrom: 'Spela från',
  deleteRecording: 'Ta bort inspelningen',
  deleteRecordingAsk: 'Ta bort inspelningen för gott? Ord och klipplista blir kvar.',
  editList: 'Klipplista',
  editListHint:
    'Vad som kom på skärmen, och när. Ändra tiderna, eller ta bort det som inte ska ses.',
  noCuts: 'Ingenting kom på skärmen i den här tagningen.',
  asRecorded: 'Som den spelades in',
  edited: 'Ändrad för hand',
  start: 'Början',
  end: 'Slut',
  onScreen: 'På skärmen',
  said: 'På grund av',
  chart: 'Diagram',
  remove: 'Ta bort',
  save: 'Spara ändringarna',
  undo: 'Ångra ändringarna',
  reset: 'Tillbaka till den inspelade listan',
  resetAsk: 'Kasta alla ändringar i listan?',
  keep: 'Behåll',
  saved: 'Sparat',
  download: 'Ladda ner',
  problems: {
    outside: 'Den slutar efter tagningens slut.',
    backwards: 'Slutet måste komma efter början.',
    overlaps: 'Den börjar innan den ovanför slutar.',
  },
  notATime: 'Skriv en tid som 1:23,4, minuter och sekunder.',
  film: 'Film',
  filmHint: 'Servern gör en film av inspelningen och klipplistan.',
  quality: 'Kvalitet',
  layout: 'Placering',
  asInTheList: 'Som i tagningen',
  layouts: { fullscreen: 'Helskärm', pip: 'Bild i bild', sideBySide: 'Sida vid sida' },
  captions: 'Skriv orden i bilden',
  make: 'Gör filmen',
  noFilms: 'Ingen film har gjorts av den här tagningen.',
  states: {
    waiting: 'Väntar på sin tur',
    running: 'Görs',
    ready: 'Klar',
    failed: 'Misslyckades',
    cancelled: 'Avbruten',
  },
  left: time => `${time} kvar`,
  cancel: 'Avbryt',
  delete: 'Ta bort',
  deleteAsk: 'Ta bort filmen för gott?',
  latency: 'Vart tiden tog vägen',
  latencyNone: 'Tiderna för den här tagningen finns inte kvar.',
  turn: 'Mening',
}

export const historyTexts = { en, sv }
