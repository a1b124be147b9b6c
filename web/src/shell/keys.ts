import { useEffect } from 'react'
import { create } from 'zustand'

/** A command that a key and the palette start. `key` as in KeyboardEvent.key; "" for none. */
export interface Command {
  key: string
  title: string
  run(): void
}

interface Commands {
  groups: Map<symbol, Command[]>
}

export const useCommands = create<Commands>(() => ({ groups: new Map() }))

/** Offers commands as long as the component is shown. */
export function useKeys(commands: Command[]): void {
  useEffect(() => {
    const group = Symbol()
    const change = (edit: (groups: Map<symbol, Command[]>) => void) =>
      useCommands.setState(state => {
        const groups = new Map(state.groups)
        edit(groups)
        return { groups }
      })
    change(groups => groups.set(group, commands))
    return () => change(groups => groups.delete(group))
  }, [commands])
}

export function allCommands(groups: Map<symbol, Command[]>): Command[] {
  return [...groups.values()].flat()
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
  if (isTyping(event.target) || document.querySelector('dialog[open]')) return
  const command = allCommands(useCommands.getState().groups).find(
    candidate => candidate.key === event.key,
  )
  if (!command) return
  event.preventDefault()
  command.run()
}

window.addEventListener('keydown', onKey)
