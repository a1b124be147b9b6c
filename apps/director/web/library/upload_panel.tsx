import { Button } from '@antiphon/web/design/button.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useFormats } from '@antiphon/web/text/numbers.ts'
import { Progress } from './card.tsx'
import { libraryTexts } from './texts.ts'
import { type Sending, useUploads } from './upload_store.ts'

/** Files on their way, each with what can be done about it. */
export function UploadPanel({ open }: { open(assetId: string): void }) {
  const texts = useTexts(libraryTexts)
  const all = useUploads(uploads => uploads.all)
  if (all.length === 0) return null
  return (
    <section aria-label={texts.uploads} className="rounded-md border border-line bg-panel">
      <ul>
        {all.map(sending => (
          <li
            key={sending.id}
            data-upload={sending.state}
            className={
              'relative flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line ' +
              'px-3 py-2 last:border-b-0'
            }
          >
            <Row sending={sending} open={open} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Row({ sending, open }: { sending: Sending; open(assetId: string): void }) {
  const texts = useTexts(libraryTexts)
  const formats = useFormats()
  const { pause, resume, drop } = useUploads.getState()
  const { id, state, name, problem, assetId } = sending
  const done = sending.bytes > 0 ? sending.sent / sending.bytes : 0
  const isOpen = state === 'waiting' || state === 'sending' || state === 'paused'
  return (
    <>
      <span className="min-w-0 flex-1 truncate" title={name}>
        {name}
      </span>
      <span role="status" className={`text-xs ${state === 'failed' ? 'text-bad' : 'text-quiet'}`}>
        {texts.sending[state]}
        {isOpen && ` ${formats.percent(done)} · ${formats.bytes(sending.bytes)}`}
        {problem && `: ${problem}`}
      </span>
      {state === 'sending' && (
        <Button small onClick={() => pause(id)}>
          {texts.pause}
        </Button>
      )}
      {state === 'paused' && (
        <Button small onClick={() => resume(id)}>
          {texts.resume}
        </Button>
      )}
      {state === 'failed' && (
        <Button small onClick={() => resume(id)}>
          {texts.again}
        </Button>
      )}
      {assetId && (
        <Button small onClick={() => open(assetId)}>
          {texts.openClip}
        </Button>
      )}
      <Button
        small
        kind="ghost"
        aria-label={`${isOpen ? texts.cancel : texts.dismiss}: ${name}`}
        onClick={() => drop(id)}
      >
        {isOpen ? texts.cancel : texts.dismiss}
      </Button>
      {isOpen && <Progress done={done} label={name} />}
    </>
  )
}
