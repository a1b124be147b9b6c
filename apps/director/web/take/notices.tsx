import { Failure, Notice } from '@antiphon/web/design/states.tsx'
import { sampleRate } from '@antiphon/web/live/connection.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useFormats } from '@antiphon/web/text/numbers.ts'
import { useCamera } from '../camera/camera_store.ts'
import { directorTexts } from '../texts.ts'
import { useTake } from './take_store.ts'

/** What is wrong or missing, and what can be done; nothing when all is well. */
export function Notices() {
  const texts = useTexts(directorTexts)
  const formats = useFormats()
  const problem = useTake(store => store.problem)
  const cameraProblem = useCamera(store => store.problem)
  const { error, lostSamples, status } = useTake(store => store.take)
  const { closed, phase } = useTake(store => store.link)
  return (
    <>
      {problem instanceof Error && <Failure error={problem} />}
      {typeof problem === 'string' && <Notice tone="bad">{texts.microphone[problem]}</Notice>}
      {cameraProblem && <Notice tone="bad">{texts.camera[cameraProblem]}</Notice>}
      {phase === 'over' && closed?.reason && status.state !== 'completed' && (
        <Notice tone="bad">{closed.reason}</Notice>
      )}
      {error && <Notice tone="wait">{error.message}</Notice>}
      {status.recogniser === '' && <Notice tone="wait">{texts.typedOnly}</Notice>}
      {status.paused && <Notice tone="wait">{texts.paused}</Notice>}
      {lostSamples > 0 && (
        <Notice tone="wait">
          {formats.seconds(lostSamples / sampleRate)} {texts.lostSound}
        </Notice>
      )}
    </>
  )
}
