import { Button } from '@antiphon/web/design/button.tsx'
import { sampleRate } from '@antiphon/web/live/connection.ts'
import { triesMax } from '@antiphon/web/live/link.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { clockTime } from '@antiphon/web/text/numbers.ts'
import { useEffect, useRef } from 'react'
import { directorTexts } from '../texts.ts'
import { Arrangement } from './arrangement.tsx'
import {
  finish,
  retry,
  setPaused,
  startListening,
  stopListening,
  useLevel,
  useTake,
} from './take_store.ts'

const row = 'flex flex-wrap items-center gap-x-3 gap-y-2'

/** Microphone, level, length, connection, and what can be done with the take. */
export function Controls() {
  const texts = useTexts(directorTexts)
  const microphone = useTake(store => store.microphone)
  const goesOn = useTake(
    store => store.sessionId !== null && store.take.status.state !== 'completed',
  )
  const paused = useTake(store => store.take.status.paused)
  if (!goesOn) {
    return (
      <div className={row}>
        <Arrangement />
      </div>
    )
  }
  return (
    <div className={row}>
      <Button
        kind={microphone === 'on' ? 'plain' : 'primary'}
        disabled={microphone === 'opening'}
        onClick={() => (microphone === 'on' ? stopListening() : void startListening())}
      >
        {microphone === 'on' ? texts.stop : texts.start}
      </Button>
      <Level />
      <Length />
      <ConnectionState />
      <Arrangement />
      <div className="flex gap-2 sm:ml-auto">
        <Button aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? texts.resume : texts.pause}
        </Button>
        <Button onClick={finish}>{texts.finish}</Button>
      </div>
    </div>
  )
}

// Drawn ten times a second, past React.
function Level() {
  const texts = useTexts(directorTexts)
  const meter = useRef<HTMLDivElement>(null)
  const bar = useRef<HTMLDivElement>(null)
  useEffect(
    () =>
      useLevel.subscribe(({ level }) => {
        meter.current?.setAttribute('aria-valuenow', level.toFixed(2))
        if (bar.current) bar.current.style.transform = `scaleX(${level})`
      }),
    [],
  )
  return (
    <div
      ref={meter}
      role="meter"
      aria-label={texts.level}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={0}
      className="h-2 w-16 xl:w-24 overflow-hidden rounded-full bg-hover"
    >
      <div
        ref={bar}
        className="h-full origin-left bg-theirs-solid transition-transform duration-100"
        style={{ transform: 'scaleX(0)' }}
      />
    </div>
  )
}

function Length() {
  const texts = useTexts(directorTexts)
  const samples = useTake(store => store.heardSamples)
  return (
    <span title={texts.length} data-samples={samples} className="text-quiet">
      {clockTime((samples / sampleRate) * 1000)}
    </span>
  )
}

const dots = {
  connecting: 'bg-wait-solid',
  greeting: 'bg-wait-solid',
  live: 'bg-good-solid',
  waiting: 'bg-wait-solid',
  lost: 'bg-bad-solid',
  over: 'bg-edge',
}

function ConnectionState() {
  const texts = useTexts(directorTexts)
  const { phase, failures } = useTake(store => store.link)
  const words = {
    connecting: texts.connecting,
    greeting: texts.connecting,
    live: texts.connected,
    waiting: `${texts.waiting} (${failures + 1}/${triesMax})`,
    lost: texts.lost,
    over: texts.over,
  }
  return (
    <div role="status" data-phase={phase} className="flex items-center gap-2 text-quiet">
      <span aria-hidden className={`size-2 rounded-full ${dots[phase]}`} />
      {words[phase]}
      {phase === 'lost' && (
        <Button small onClick={retry}>
          {texts.again}
        </Button>
      )}
    </div>
  )
}
