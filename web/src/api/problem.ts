import type { Problem as Body } from './schema.ts'

/** What a failed request says (RFC 9457); what stands between us and the server may say less. */
export type ProblemBody = Pick<Body, 'title' | 'status'> & Partial<Body>

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
