import { Problem, type ProblemBody, unreachable } from './problem.ts'

/**
 * Calls the server. The browser adds its httpOnly cookie; no script ever holds a token.
 * @throws Problem
 */
export async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
): Promise<T> {
  const response = await send(method, path, body)
  const text = await response.text()
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T
  throw new Problem(problemIn(response, text))
}

export const get = <T>(path: string) => request<T>('GET', path)
export const post = <T>(path: string, body: object = {}) => request<T>('POST', path, body)

async function send(method: string, path: string, body?: object): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: body ? { 'Content-Type': 'application/json' } : {},
      ...(body && { body: JSON.stringify(body) }),
    })
  } catch {
    throw new Problem({ title: 'The server cannot be reached.', status: 0, code: unreachable })
  }
}

function problemIn(response: Response, text: string): ProblemBody {
  const title = response.statusText || `HTTP ${response.status}`
  try {
    return { title, ...(JSON.parse(text) as object), status: response.status }
  } catch {
    return { title, status: response.status }
  }
}
