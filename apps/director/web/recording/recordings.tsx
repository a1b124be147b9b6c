import { Button } from '@antiphon/web/design/button.tsx'
import { Notice } from '@antiphon/web/design/states.tsx'
import { sampleRate } from '@antiphon/web/live/connection.ts'
import { clockTime, useFormats } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useState } from 'react'
import { Link } from 'wouter'
import { Progress } from '../library/card.tsx'
import { useTake } from '../take/take_store.ts'
import { discardRecording, forgetRecording, type Sending, useRecording } from './recording_store.ts'
import { recordingTexts } from './texts.ts'

/** What is recorded, how much of it is safe, what waits and why. */
export function Recordings() {
  const texts = useTexts(recordingTexts)
  const all = useRecording(store => store.all)
  const problem = useRecording(store => store.problem)
  return (
    <>
      {problem && <Notice tone="bad">{texts.problems[problem]}</Notice>}
      {all.map(sending => (
        <Row key={sending.id} sending={sending} />
      ))}
    </>
  )
}

function Row({ sending }: { sending: Sending }) {
  const { grows, phase, bytes, sent } = sending
  const isDone = phase === 'whole'
  return (
    <div
      data-recording={sending.id}
      data-recording-phase={grows ? 'recording' : phase}
      data-bytes={bytes}
      data-sent={sent}
      className={
        'relative flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 overflow-hidden ' +
        'rounded-md border border-line bg-panel px-3 py-2'
      }
    >
      <What sending={sending} />
      {isDone ? <WhenSaved sending={sending} /> : <Discard id={sending.id} />}
      {phase !== 'refused' && !isDone && <Part sending={sending} />}
    </div>
  )
}

// While it grows the bar says how much of it is safe; later, how much of all.
function Part({ sending: { bytes, sent } }: { sending: Sending }) {
  const texts = useTexts(recordingTexts)
  const formats = useFormats()
  const label = texts.safe(formats.bytes(sent), formats.bytes(bytes))
  return <Progress done={bytes ? sent / bytes : 0} label={label} />
}

function What({ sending }: { sending: Sending }) {
  const texts = useTexts(recordingTexts)
  const formats = useFormats()
  const { grows, phase, bytes, sent, problem } = sending
  if (phase === 'whole') return <span className="text-good">{texts.saved}</span>
  if (phase === 'refused') {
    return (
      <span role="alert" className="text-bad">
        {texts.refused} {problem}
      </span>
    )
  }
  return (
    <>
      {grows ? <Since /> : <span className="font-medium">{texts.sending}</span>}
      <span className="text-quiet">{texts.safe(formats.bytes(sent), formats.bytes(bytes))}</span>
      {phase === 'waiting' && (
        <span role="status" className="w-full text-xs text-wait">
          {texts.waits}
        </span>
      )}
    </>
  )
}

function Since() {
  const texts = useTexts(recordingTexts)
  const since = useRecording(store => store.sinceSamples)
  const samples = useTake(store => store.heardSamples - since)
  return (
    <span className="flex items-center gap-2 font-medium">
      <span aria-hidden className="size-2 rounded-full bg-bad-solid" />
      {texts.recording} {clockTime((samples / sampleRate) * 1000)}
    </span>
  )
}

function WhenSaved({ sending: { id, sessionId } }: { sending: Sending }) {
  const texts = useTexts(recordingTexts)
  return (
    <span className="ml-auto flex items-center gap-2">
      <Link
        href={`/director/takes/${sessionId}`}
        className="rounded-md px-2 py-1 font-medium text-ours underline"
      >
        {texts.watch}
      </Link>
      <Button small kind="ghost" onClick={() => forgetRecording(id)}>
        {texts.dismiss}
      </Button>
    </span>
  )
}

function Discard({ id }: { id: string }) {
  const texts = useTexts(recordingTexts)
  const [asks, setAsks] = useState(false)
  if (!asks) {
    return (
      <Button small kind="ghost" className="ml-auto" onClick={() => setAsks(true)}>
        {texts.discard}
      </Button>
    )
  }
  return (
    <span className="ml-auto flex flex-wrap items-center gap-2">
      {texts.discardAsk}
      <Button small autoFocus onClick={() => setAsks(false)}>
        {texts.keep}
      </Button>
      <Button small kind="primary" onClick={() => void discardRecording(id)}>
        {texts.discard}
      </Button>
    </span>
  )
}
