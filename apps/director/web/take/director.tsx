import { useKeys } from '@antiphon/web/shell/keys.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useEffect, useMemo } from 'react'
import type { Proposal } from '../api.ts'
import {
  enterCamera,
  leaveCamera,
  moveSpeaker,
  startCamera,
  stopCamera,
  useCamera,
} from '../camera/camera_store.ts'
import { stopRecording } from '../recording/recording_store.ts'
import { Recordings } from '../recording/recordings.tsx'
import { directorTexts } from '../texts.ts'
import { Controls } from './controls.tsx'
import { Heard } from './heard.tsx'
import { Notices } from './notices.tsx'
import { Picture } from './picture.tsx'
import { Suggestions } from './suggestions.tsx'
import {
  approve,
  enter,
  leave,
  override,
  setLayout,
  setPaused,
  startListening,
  stopListening,
  useTake,
} from './take_store.ts'
import { Waterfall } from './waterfall.tsx'

/** The director's page: what is on screen, what was heard, what fits, and how long it took. */
export default function Director() {
  const texts = useTexts(directorTexts)
  useEffect(() => {
    enter()
    enterCamera()
    return () => {
      void stopRecording()
      leave()
      leaveCamera()
    }
  }, [])
  useDirectorKeys()
  useArrangementKeys()
  return (
    <div
      className={
        'mx-auto grid max-w-[100rem] gap-4 p-3 sm:p-4 lg:h-[calc(100dvh-3.0625rem)] ' +
        'lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_27rem]'
      }
    >
      <h1 className="sr-only">{texts.emptyTitle}</h1>
      <div className="flex min-w-0 flex-col gap-3 lg:overflow-y-auto lg:p-0.5">
        <Picture />
        <Controls />
        <Recordings />
        <Notices />
        <Suggestions />
      </div>
      <div className="flex min-h-0 min-w-0 flex-col gap-3">
        <Heard />
        <Waterfall />
      </div>
    </div>
  )
}

function useDirectorKeys() {
  const texts = useTexts(directorTexts)
  const listens = useTake(store => store.microphone === 'on')
  const paused = useTake(store => store.take.status.paused)
  const clips = useTake(store => store.take.clips)
  const waiting = useTake(store => store.take.proposals.at(-1))
  useKeys(
    useMemo(
      () => [
        {
          key: 'm',
          title: listens ? texts.stop : texts.start,
          run: () => (listens ? stopListening() : void startListening()),
        },
        { key: 'p', title: paused ? texts.resume : texts.pause, run: () => setPaused(!paused) },
        ...(waiting ? [approval(waiting, texts.approve)] : []),
        ...clips.map((clip, index) => ({
          key: String(index + 1),
          title: `${texts.show}: ${clip.title}`,
          run: () => override(clip.assetId),
        })),
      ],
      [texts, listens, paused, clips, waiting],
    ),
  )
}

function useArrangementKeys() {
  const texts = useTexts(directorTexts)
  const seen = useCamera(store => store.state !== 'off')
  useKeys(
    useMemo(
      () => [
        {
          key: 'c',
          title: seen ? texts.cameraOff : texts.cameraOn,
          run: () => (seen ? stopCamera() : void startCamera()),
        },
        { key: 'f', title: texts.layouts.fullscreen, run: () => setLayout('fullscreen') },
        { key: 'i', title: texts.layouts.pip, run: () => setLayout('pip') },
        { key: 's', title: texts.layouts.sideBySide, run: () => setLayout('sideBySide') },
        { key: 'k', title: texts.moveSpeaker, run: moveSpeaker },
      ],
      [texts, seen],
    ),
  )
}

function approval({ suggestionId, overlays: [best] }: Proposal, title: string) {
  return {
    key: 'a',
    title: `${title}: ${best?.title}`,
    run: () => best && approve(suggestionId, best.assetId),
  }
}
