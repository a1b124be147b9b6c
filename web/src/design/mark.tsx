/** Call and response: one voice, then the other. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 32 32"
      aria-hidden
      className={className}
      strokeWidth="4"
      strokeLinecap="round"
    >
      <path d="M6 12v8M12 7v18" className="stroke-theirs-solid" />
      <path d="M20 7v18M26 12v8" className="stroke-ours-solid" />
    </svg>
  )
}
