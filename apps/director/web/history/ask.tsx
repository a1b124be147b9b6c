import { Button } from '@antiphon/web/design/button.tsx'
import { useState } from 'react'

interface AskProps {
  label: string
  question: string
  yes: string
  no: string
  disabled?: boolean
  onYes(): void
}

/** A button for what cannot be taken back: it asks first. */
export function Ask({ label, question, yes, no, disabled, onYes }: AskProps) {
  const [asks, setAsks] = useState(false)
  if (!asks) {
    return (
      <Button small kind="ghost" disabled={disabled} onClick={() => setAsks(true)}>
        {label}
      </Button>
    )
  }
  function answer(isYes: boolean) {
    setAsks(false)
    if (isYes) onYes()
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      {question}
      <Button small autoFocus onClick={() => answer(false)}>
        {no}
      </Button>
      <Button small kind="primary" onClick={() => answer(true)}>
        {yes}
      </Button>
    </span>
  )
}
