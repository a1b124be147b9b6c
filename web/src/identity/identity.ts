import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/request.ts'
import type { Me } from '../api/schema.ts'

const root = '/api/v1/identity'
const meKey = ['me']

/** The code of a start link, `#sign-in=CODE`. It leaves the address at once: it works only once. */
function takeCode(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('sign-in')
  if (code) history.replaceState(null, '', location.pathname + location.search)
  return code
}

let startCode = takeCode()

async function whoAmI(): Promise<Me> {
  const code = startCode
  startCode = null
  if (code) await post(`${root}/redeem`, { code }).catch(() => undefined)
  return get<Me>(`${root}/me`)
}

/** Who is signed in; fails with 401 when nobody is. */
export function useMe() {
  return useQuery({ queryKey: meKey, queryFn: whoAmI, staleTime: 5 * 60_000 })
}

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { account: string; secret: string }) => post(`${root}/sign-in`, input),
    onSuccess: () => client.invalidateQueries(),
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => post(`${root}/sign-out`),
    onSettled: () => client.resetQueries(),
  })
}
