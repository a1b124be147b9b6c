import { request } from '@antiphon/web/api/request.ts'
import { Failure, Notice } from '@antiphon/web/design/states.tsx'
import { clockTime } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useRef, useState } from 'react'
import { Ask } from './ask.tsx'
import { type Caption, historyPaths, type KeptTake } from './history_api.ts'
import { historyTexts } from './texts.ts'

interface WatchProps {
  take: KeptTake
  captions: Caption[]
}

/** The recording beside its words: a click on one plays from there. */
export function Watch({ take, captions }: WatchProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [seconds, setSeconds] = useState(-1)
  const offset = take.recording?.offset ?? 0
  function playFrom(caption: Caption) {
    if (!video.current) return
    video.current.currentTime = Math.max(0, caption.start - offset)
    void video.current.play()
  }
  return (
    <section className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Recording
        take={take}
        video={video}
        onTime={time => setSeconds(time < 0 ? -1 : time + offset)}
      />
      <Words
        captions={captions}
        seconds={seconds}
        playFrom={take.videoUrl ? playFrom : undefined}
      />
    </section>
  )
}

interface RecordingProps {
  take: KeptTake
  video: RefObject<HTMLVideoElement | null>
  onTime(seconds: number): void
}

function Recording({ take, video, onTime }: RecordingProps) {
  const texts = useTexts(historyTexts)
  const { recording, videoUrl } = take
  if (videoUrl) {
    return (
      <div className="flex flex-col items-start gap-2">
        {/* Its words stand beside it. */}
        <video
          ref={video}
          src={videoUrl}
          controls
          playsInline
          preload="metadata"
          aria-label={texts.recorded}
          onTimeUpdate={event => onTime(event.currentTarget.currentTime)}
          className="aspect-video w-full rounded-md border border-line bg-black"
        />
        <DeleteRecording sessionId={take.sessionId} />
      </div>
    )
  }
  return (
    <div
      className={
        'flex aspect-video flex-col items-center justify-center gap-2 rounded-md border ' +
        'border-line bg-sunken p-4 text-center'
      }
    >
      {recording?.state === 'failed' && (
        <>
          <Notice tone="bad">
            {texts.recording.failed} {recording.problem}
          </Notice>
          <DeleteRecording sessionId={take.sessionId} />
        </>
      )}
      {recording?.state === 'processing' && <p>{texts.recording.processing}</p>}
      {!recording && (
        <>
          <p className="font-medium">{texts.noRecording}</p>
          <p className="text-quiet">{texts.noRecordingHint}</p>
        </>
      )}
    </div>
  )
}

function DeleteRecording({ sessionId }: { sessionId: string }) {
  const texts = useTexts(historyTexts)
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => request('DELETE', historyPaths.recording(sessionId)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['take', sessionId] }),
  })
  return (
    <>
      <Ask
        label={texts.deleteRecording}
        question={texts.deleteRecordingAsk}
        yes={texts.delete}
        no={texts.keep}
        disabled={remove.isPending}
        onYes={() => remove.mutate()}
      />
      {remove.error && <Failure error={remove.error} />}
    </>
  )
}

interface WordsProps {
  captions: Caption[]
  /** Where the recording plays; before it has begun -1. */
  seconds: number
  playFrom: ((caption: Caption) => void) | undefined
}

function Words({ captions, seconds, playFrom }: WordsProps) {
  const texts = useTexts(historyTexts)
  const now = captions.findLast(caption => caption.start <= seconds)?.number
  return (
    <div className="relative min-h-40 rounded-md border border-line bg-panel">
      <div className="inset-0 flex max-h-96 flex-col lg:absolute lg:max-h-none">
        <h2 className="border-b border-line px-4 py-2 font-medium">{texts.transcript}</h2>
        {captions.length === 0 && <p className="p-4 text-quiet">{texts.noWords}</p>}
        <ol
          tabIndex={0}
          aria-label={texts.transcript}
          className="min-h-0 flex-1 overflow-y-auto p-2"
        >
          {captions.map(caption => (
            <li key={caption.number}>
              <Line caption={caption} isNow={caption.number === now} playFrom={playFrom} />
            </li>
          ))}
        </ol>
      </div>
    </div>
  )
}

interface LineProps {
  caption: Caption
  isNow: boolean
  playFrom: ((caption: Caption) => void) | undefined
}

function Line({ caption, isNow, playFrom }: LineProps) {
  const texts = useTexts(historyTexts)
  const time = clockTime(caption.start * 1000)
  const words = (
    <>
      <span className="pt-0.5 text-xs text-quiet">{time}</span>
      <span className="border-l-2 border-theirs-solid pl-3">{caption.text}</span>
    </>
  )
  const grid = 'grid w-full grid-cols-[2.5rem_minmax(0,1fr)] gap-x-2 rounded-md p-2 text-left '
  if (!playFrom) return <p className={grid}>{words}</p>
  return (
    <button
      type="button"
      data-caption={caption.number}
      aria-current={isNow}
      title={`${texts.playFrom} ${time}`}
      onClick={() => playFrom(caption)}
      className={grid + 'hover:bg-hover aria-[current=true]:bg-theirs-soft'}
    >
      {words}
    </button>
  )
}
