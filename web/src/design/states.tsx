import type { ReactNode } from 'react'
import { Problem } from '../api/problem.ts'
import { useTexts } from '../text/use_texts.ts'
import { Button } from './button.tsx'

const texts = {
  en: { failed: 'This did not work', again: 'Try again', trace: 'Trace' },
  sv: { failed: 'Det gick inte', again: 'Försök igen', trace: 'Spår' },
}

const tones = {
  bad: 'border-bad-solid bg-bad-soft text-bad',
  wait: 'border-wait-solid bg-wait-soft text-wait',
  ours: 'border-ours-line bg-ours-soft text-ours',
}

/** A sentence about a state, with what can be done. */
export function Notice({ tone, children }: { tone: keyof typeof tones; children: ReactNode }) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={
        'flex animate-appear flex-wrap items-center gap-x-4 gap-y-2 rounded-r-md border-l-2 ' +
        `px-3 py-2 ${tones[tone]}`
      }
    >
      {children}
    </div>
  )
}

/** What happened, what to do, and the trace id to look it up by. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const { failed, again, trace } = useTexts(texts)
  const traceId = error instanceof Problem ? error.traceId : undefined
  return (
    <Notice tone="bad">
      <span>
        <strong className="font-semibold">{failed}.</strong> {error.message}
        {traceId && <code className="ml-2 text-xs">{`${trace} ${traceId}`}</code>}
      </span>
      {retry && (
        <Button small onClick={retry}>
          {again}
        </Button>
      )}
    </Notice>
  )
}

/** What this place is for, and the one next step. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-8 text-center">
      <p className="font-medium">{title}</p>
      <div className="max-w-md text-quiet">{children}</div>
    </div>
  )
}

/** The shape of what comes; shown when it takes longer than 150 ms. */
export function Shape({ className = '' }: { className?: string }) {
  return <div aria-hidden className={`animate-late rounded-md bg-sunken ${className}`} />
}
