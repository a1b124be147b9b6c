import type { ButtonHTMLAttributes } from 'react'

const kinds = {
  primary: 'bg-ours-solid text-on-ours hover:bg-ours-solid-hover border-transparent',
  plain: 'bg-panel text-ink hover:bg-sunken border-edge',
  ghost: 'bg-transparent text-quiet hover:bg-hover hover:text-ink border-transparent',
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: keyof typeof kinds
  small?: boolean
}

export function Button({ kind = 'plain', small, className = '', ...rest }: ButtonProps) {
  const size = small ? 'h-8 px-2' : 'h-10 px-3'
  return (
    <button
      type="button"
      className={
        'inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium ' +
        'whitespace-nowrap transition-colors duration-150 disabled:opacity-50 ' +
        `${size} ${kinds[kind]} ${className}`
      }
      {...rest}
    />
  )
}

/** A key as it stands on a keyboard. */
export function Key({ children }: { children: string }) {
  return (
    <kbd
      className={
        'inline-flex h-5 min-w-5 items-center justify-center rounded-md border border-line ' +
        'bg-sunken px-1 font-sans text-xs text-quiet'
      }
    >
      {children}
    </kbd>
  )
}
