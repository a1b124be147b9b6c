/** What a failed request says (RFC 9457, with the members of this server). */
export interface ProblemBody {
  title: string
  status: number
  detail?: string
  code?: string
  traceId?: string
  errors?: { pointer: string; message: string }[]
}

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly traceId: string | undefined

  constructor(body: ProblemBody) {
    const fields = body.errors?.map(error => error.message).join(' ')
    super(fields || body.detail || body.title)
    this.status = body.status
    this.code = body.code ?? ''
    this.traceId = body.traceId
  }
}

/** No answer came at all. */
export const unreachable = 'unreachable'

export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401
}
