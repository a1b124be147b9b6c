import { Button, Key } from '@antiphon/web/design/button.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useEffect, useRef, useState } from 'react'
import type { ChartTold } from '../api.ts'
import { useCamera } from '../camera/camera_store.ts'
import { offerCanvas, useRecording } from '../recording/recording_store.ts'
import { canvasSize } from '../stage/layout.ts'
import { Stage } from '../stage/stage.ts'
import { directorTexts } from '../texts.ts'
import { chartFormat, useChartFormat } from './chart.tsx'
import { begin, noteShown, startListening, useLevel, useTake } from './take_store.ts'

/** The canvas with speaker and clip, and what stands there while there is neither. */
export function Picture() {
  const texts = useTexts(directorTexts)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { shown, chart } = useStage(canvas)
  const format = useChartFormat()
  const title = useTake(store => store.command?.overlay.title)
  const isSeen = useCamera(store => store.state === 'on')
  return (
    <section
      aria-label={texts.stage}
      className={
        'relative aspect-video w-full shrink-0 overflow-hidden rounded-md border border-line ' +
        'bg-sunken max-lg:sticky max-lg:top-[3.8rem] max-lg:z-[5] lg:mx-auto ' +
        // What stands below it is in sight, too.
        'lg:max-w-[max(28rem,(100dvh-21rem)*16/9)]'
      }
    >
      <canvas ref={canvas} {...canvasSize} className="absolute inset-0 size-full">
        {shown ? title : ''}
      </canvas>
      <p aria-live="polite" className="sr-only">
        {shown && `${texts.showing}: ${title}`}
        {chart && ` ${texts.chart}: ${format.sentence(chart.spec)}`}
      </p>
      {!shown && !chart && (isSeen ? <IdleBelow /> : <Idle />)}
    </section>
  )
}

// Connects the canvas with the store; gives whether a clip is on it, and which chart.
function useStage(canvas: React.RefObject<HTMLCanvasElement | null>) {
  const [shown, setShown] = useState(false)
  const [chart, setChart] = useState<ChartTold | null>(null)
  useEffect(() => {
    const listener = {
      onShown(assetId: string, at: number) {
        noteShown(assetId, at)
        setShown(true)
      },
      onFailed: () => setShown(false),
      onIdle: () => setShown(false),
      onChart: setChart,
    }
    const stage = new Stage(canvas.current!, listener, chartFormat)
    const arrange = () => {
      const { video, corner } = useCamera.getState()
      stage.setSpeaker(video)
      stage.arrange(useTake.getState().take.status.layout, corner)
    }
    arrange()
    offerCanvas(canvas.current)
    const stopRecorded = useRecording.subscribe((now, before) => {
      if (now.currentId === before.currentId && now.speaker === before.speaker) return
      stage.setRecorded(now.currentId !== '', now.speaker)
    })
    const stopCamera = useCamera.subscribe(arrange)
    // Sound comes from its own thread, at its own pace, also while the page is hidden.
    const stopBeat = useLevel.subscribe(() => stage.beat())
    const stop = useTake.subscribe((now, before) => {
      if (now.take.status.layout !== before.take.status.layout) arrange()
      if (now.take.preload !== before.take.preload) stage.preload(now.take.preload)
      if (now.take.clips !== before.take.clips) stage.preload(now.take.clips)
      if (now.chart && now.chart !== before.chart) stage.draw(now.chart)
      if (now.command === before.command) return
      if (!now.command) return stage.clear()
      const { assetId, videoUrl, transition } = now.command.overlay
      stage.show({ assetId, url: videoUrl, cut: transition === 'cut' })
    })
    return () => {
      stop()
      stopCamera()
      stopBeat()
      stopRecorded()
      offerCanvas(null)
      stage.close()
    }
  }, [canvas])
  return { shown, chart }
}

function Idle() {
  const texts = useTexts(directorTexts)
  const sessionId = useTake(store => store.sessionId)
  const microphone = useTake(store => store.microphone)
  const completed = useTake(store => store.take.status.state === 'completed')
  if (completed) {
    return (
      <Centre title={texts.finished}>
        <Button kind="primary" onClick={begin}>
          {texts.newTake}
        </Button>
      </Centre>
    )
  }
  if (microphone === 'on') return <Centre title={texts.listening} quiet />
  if (sessionId) return <Centre title={texts.quiet} quiet />
  return (
    <Centre title={texts.emptyTitle}>
      <p className="max-w-md text-quiet max-sm:hidden">{texts.emptyHint}</p>
      <Button
        kind="primary"
        disabled={microphone === 'opening'}
        onClick={() => void startListening()}
      >
        {microphone === 'opening' ? texts.opening : texts.start}
      </Button>
      <p className="flex items-center gap-2 text-xs text-quiet max-sm:hidden">
        {texts.orPress} <Key>M</Key>
      </p>
    </Centre>
  )
}

// The speaker is in sight: what can be done stands below, and nothing where nothing is to be done.
function IdleBelow() {
  const texts = useTexts(directorTexts)
  const sessionId = useTake(store => store.sessionId)
  const microphone = useTake(store => store.microphone)
  const completed = useTake(store => store.take.status.state === 'completed')
  if (sessionId && !completed) return null
  return (
    <div
      className={
        'absolute inset-x-0 bottom-0 flex animate-appear flex-wrap items-center justify-center ' +
        'gap-x-4 gap-y-2 bg-panel/90 p-2'
      }
    >
      <p className="font-medium">{completed ? texts.finished : texts.emptyTitle}</p>
      {completed ? (
        <Button kind="primary" onClick={begin}>
          {texts.newTake}
        </Button>
      ) : (
        <Button
          kind="primary"
          disabled={microphone === 'opening'}
          onClick={() => void startListening()}
        >
          {texts.start}
        </Button>
      )}
    </div>
  )
}

interface CentreProps {
  title: string
  quiet?: boolean
  children?: React.ReactNode
}

function Centre({ title, quiet, children }: CentreProps) {
  return (
    <div
      className={
        'absolute inset-0 flex animate-appear flex-col items-center justify-center gap-3 p-4 ' +
        'text-center'
      }
    >
      <p className={quiet ? 'text-base text-quiet' : 'text-lg font-semibold sm:text-xl'}>{title}</p>
      {children}
    </div>
  )
}
