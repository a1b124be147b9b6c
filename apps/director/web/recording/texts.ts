import type { RecordingProblem } from './recording_store.ts'

interface RecordingTexts {
  record: string
  stop: string
  recording: string
  earlier: string
  safe: (sent: string, all: string) => string
  waits: string
  sending: string
  saved: string
  watch: string
  refused: string
  discard: string
  discardAsk: string
  keep: string
  dismiss: string
  replaces: string
  alone: string
  problems: Record<RecordingProblem, string>
}

const en: RecordingTexts = {
  record: 'Record',
  stop: 'Stop recording',
  recording: 'Recording',
  earlier: 'Recording',
  safe: (sent, all) => `${sent} of ${all} safe on the server`,
  waits: 'The network is gone. What is recorded waits here and is sent when it is back.',
  sending: 'Sending the rest',
  saved: 'The recording is saved.',
  watch: 'Watch',
  refused: 'The server did not take the recording.',
  discard: 'Discard',
  discardAsk: 'Throw the recording away for good?',
  keep: 'Keep it',
  dismiss: 'Dismiss',
  replaces: 'A new recording of this take replaces the one before.',
  alone: 'Record the speaker alone, so that clips can be changed later',
  problems: {
    unsupported: 'This browser cannot record. Use a current Chrome, Edge, Firefox or Safari.',
    full: 'The browser has no more room. What was recorded until now is kept and sent.',
    failed: 'The recording has ended by itself. What was recorded until now is kept and sent.',
  },
}

const sv: RecordingTexts = {
  record: 'Spela in',
  stop: 'Sluta spela in',
  recording: 'Spelar in',
  earlier: 'Inspelning',
  safe: (sent, all) => `${sent} av ${all} finns på servern`,
  waits: 'Nätet är borta. Det inspelade väntar här och skickas när det är tillbaka.',
  sending: 'Skickar resten',
  saved: 'Inspelningen är sparad.',
  watch: 'Se den',
  refused: 'Servern tog inte emot inspelningen.',
  discard: 'Kasta',
  discardAsk: 'Kasta inspelningen för gott?',
  keep: 'Behåll',
  dismiss: 'Dölj',
  replaces: 'En ny inspelning av tagningen ersätter den förra.',
  alone: 'Spela in talaren ensam, så att klippen kan ändras sedan',
  problems: {
    unsupported: 'Den här webbläsaren kan inte spela in. Använd en aktuell webbläsare.',
    full: 'Webbläsaren har ingen plats kvar. Det som spelats in hittills behålls och skickas.',
    failed: 'Inspelningen avslutades av sig själv. Det som spelats in hittills skickas.',
  },
}

export const recordingTexts = { en, sv }
