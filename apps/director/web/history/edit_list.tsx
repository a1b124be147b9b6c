import { request } from '@antiphon/web/api/request.ts'
import { Button } from '@antiphon/web/design/button.tsx'
import { Empty, Failure } from '@antiphon/web/design/states.tsx'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Ask } from './ask.tsx'
import { isSameCuts, problemsOf, withEdge, withoutCut } from './edit.ts'
import { CutTable } from './cut_table.tsx'
import { type Cut, type EditList, historyPaths } from './history_api.ts'
import { historyTexts } from './texts.ts'

/** What came on screen and when; changed here, and downloaded in three forms. */
export function EditListPart({ list }: { list: EditList }) {
  const texts = useTexts(historyTexts)
  const [cuts, setCuts] = useState(list.cuts)
  const [unread, setUnread] = useState<ReadonlySet<string>>(new Set())
  const problems = problemsOf(cuts, list.duration)
  // A field that says no time yet stands in the way of saving.
  function markUnread(field: string, isUnread: boolean) {
    setUnread(before => {
      const after = new Set(before)
      if (isUnread) after.add(field)
      else after.delete(field)
      return after
    })
  }
  function remove(number: number) {
    setCuts(withoutCut(cuts, number))
    markUnread(`${number} start`, false)
    markUnread(`${number} end`, false)
  }
  return (
    <section aria-labelledby="edit-list" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 id="edit-list" className="text-base font-semibold">
          {texts.editList}
        </h2>
        <span className="text-quiet">{list.editedAt ? texts.edited : texts.asRecorded}</span>
        <Downloads sessionId={list.sessionId} />
      </div>
      <p className="text-quiet">{texts.editListHint}</p>
      {list.cuts.length === 0 && !list.editedAt ? (
        <Empty title={texts.noCuts}>{null}</Empty>
      ) : (
        <CutTable
          cuts={cuts}
          problems={problems}
          move={(number, edge, seconds) => setCuts(withEdge(cuts, number, edge, seconds))}
          markUnread={markUnread}
          remove={remove}
        />
      )}
      <Actions
        list={list}
        cuts={cuts}
        mayBeSaved={problems.size === 0 && unread.size === 0}
        undo={() => {
          setCuts(list.cuts)
          setUnread(new Set())
        }}
      />
    </section>
  )
}

function Downloads({ sessionId }: { sessionId: string }) {
  const texts = useTexts(historyTexts)
  const forms = { JSON: '', EDL: '.edl', SRT: '.srt' } as const
  return (
    <span className="ml-auto flex gap-3">
      <span className="text-quiet">{texts.download}</span>
      {Object.entries(forms).map(([name, form]) => (
        <a
          key={name}
          href={historyPaths.editList(sessionId, form)}
          download={`${sessionId}${form || '.json'}`}
          className="font-medium text-ours underline"
        >
          {name}
        </a>
      ))}
    </span>
  )
}

interface ActionsProps {
  list: EditList
  cuts: Cut[]
  mayBeSaved: boolean
  undo(): void
}

function Actions({ list, cuts, mayBeSaved, undo }: ActionsProps) {
  const texts = useTexts(historyTexts)
  const client = useQueryClient()
  const key = ['edit-list', list.sessionId]
  const path = historyPaths.editList(list.sessionId)
  const takeIn = (told: EditList | undefined) => {
    if (told) client.setQueryData(key, told)
    return client.invalidateQueries({ queryKey: key })
  }
  const save = useMutation({
    mutationFn: () => request<EditList | undefined>('PUT', path, { cuts }),
    onSuccess: takeIn,
  })
  const reset = useMutation({
    mutationFn: () => request<EditList | undefined>('DELETE', path),
    onSuccess: takeIn,
  })
  const isChanged = !isSameCuts(cuts, list.cuts)
  const isBusy = save.isPending || reset.isPending
  const error = save.error ?? reset.error
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-2">
      {isChanged && (
        <>
          <Button
            small
            kind="primary"
            disabled={!mayBeSaved || isBusy}
            onClick={() => save.mutate()}
          >
            {texts.save}
          </Button>
          <Button small disabled={isBusy} onClick={undo}>
            {texts.undo}
          </Button>
        </>
      )}
      {list.editedAt && !isChanged && (
        <Ask
          label={texts.reset}
          question={texts.resetAsk}
          yes={texts.reset}
          no={texts.keep}
          disabled={isBusy}
          onYes={() => reset.mutate()}
        />
      )}
      {error && <Failure error={error} />}
    </div>
  )
}
