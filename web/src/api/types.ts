// The API's types that the pages use.

export interface Me {
  id: string
  kind: 'user' | 'anonymous'
  tenantId: string
  permissions: string[]
}

export interface Page<T> {
  items: T[]
  nextCursor?: string
}
