import { get, post, request } from '@antiphon/web/api/request.ts'
import type { AssetView } from '@antiphon/web/api/schema.ts'
import { Button } from '@antiphon/web/design/button.tsx'
import { Failure, Notice, Shape } from '@antiphon/web/design/states.tsx'
import { clockTime, useFormats } from '@antiphon/web/text/numbers.ts'
import { useTexts } from '@antiphon/web/text/use_texts.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { paths } from '../api.ts'
import { libraryTexts } from './texts.ts'

/** A clip by itself: seen, edited, deleted. */
export function Editor({ assetId, close }: { assetId: string; close(): void }) {
  const texts = useTexts(libraryTexts)
  const dialog = useRef<HTMLDialogElement>(null)
  const asset = useQuery({
    queryKey: ['assets', 'one', assetId],
    queryFn: () => get<AssetView>(paths.asset(assetId)),
  })
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      onClose={close}
      aria-labelledby="clip-title"
      className={
        'max-h-[90vh] w-[min(56rem,92vw)] overflow-y-auto rounded-md border border-line ' +
        'bg-panel p-4 text-ink shadow-md'
      }
    >
      <h2 id="clip-title" className="mb-3 truncate text-base font-semibold">
        {asset.data?.title ?? texts.details}
      </h2>
      {asset.error && <Failure error={asset.error} retry={() => void asset.refetch()} />}
      {asset.isPending && <Shape className="h-64" />}
      {asset.data && (
        <div className="grid gap-4 md:grid-cols-2">
          <Seen asset={asset.data} />
          <Form key={asset.data.assetId} asset={asset.data} done={() => dialog.current?.close()} />
        </div>
      )}
    </dialog>
  )
}

function Seen({ asset }: { asset: AssetView }) {
  const texts = useTexts(libraryTexts)
  const formats = useFormats()
  const client = useQueryClient()
  const prepare = useMutation({
    mutationFn: () => post(`${paths.asset(asset.assetId)}/prepare`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['assets'] }),
  })
  const facts = [
    asset.fileName,
    Number(asset.width) > 0 && `${asset.width} × ${asset.height}`,
    asset.duration > 0 && clockTime(asset.duration * 1000),
    formats.bytes(Number(asset.bytes)),
    formats.moment(asset.createdAt),
  ]
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {asset.state === 'ready' && (
        <video
          src={asset.url}
          poster={asset.thumbnailUrl}
          controls
          muted
          playsInline
          className="aspect-video w-full rounded-md bg-sunken"
        />
      )}
      {asset.state === 'processing' && <Notice tone="ours">{texts.processing}</Notice>}
      {asset.state === 'failed' && (
        <Notice tone="bad">
          <span>
            <strong className="font-semibold">{texts.failed}.</strong> {asset.problem}
          </span>
          <Button small onClick={() => prepare.mutate()} disabled={prepare.isPending}>
            {texts.prepareAgain}
          </Button>
        </Notice>
      )}
      {prepare.error && <Failure error={prepare.error} />}
      <p className="break-words text-xs text-quiet">{facts.filter(Boolean).join(' · ')}</p>
      <a
        href={asset.originalUrl}
        download={asset.fileName}
        className="self-start text-ours underline"
      >
        {texts.original}
      </a>
    </div>
  )
}

const field = 'w-full rounded-md border border-edge bg-panel px-3 py-2'

function Form({ asset, done }: { asset: AssetView; done(): void }) {
  const texts = useTexts(libraryTexts)
  const client = useQueryClient()
  const [asks, setAsks] = useState(false)
  const after = () => {
    done()
    void client.invalidateQueries({ queryKey: ['assets', 'all'] })
    void client.invalidateQueries({ queryKey: ['assets', 'search'] })
    void client.invalidateQueries({ queryKey: ['library'] })
  }
  const save = useMutation({
    mutationFn: (body: object) => request<AssetView>('PATCH', paths.asset(asset.assetId), body),
    onSuccess: changed => {
      client.setQueryData(['assets', 'one', asset.assetId], changed)
      after()
    },
  })
  const remove = useMutation({
    mutationFn: () => request('DELETE', paths.asset(asset.assetId)),
    onSuccess: after,
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const tags = text('tags')
      .split(',')
      .map(tag => tag.trim())
      .filter(Boolean)
    save.mutate({
      title: text('title'),
      description: text('description'),
      tags,
      topic: text('topic'),
      sentiment: text('sentiment'),
      licence: text('licence'),
      attribution: text('attribution'),
    })
  }
  return (
    <form onSubmit={submit} className="flex min-w-0 flex-col gap-3">
      <Field label={texts.name}>
        <input name="title" required maxLength={200} defaultValue={asset.title} className={field} />
      </Field>
      <Field label={texts.description}>
        <textarea
          name="description"
          rows={2}
          maxLength={5000}
          defaultValue={asset.description}
          className={field}
        />
      </Field>
      <Field label={texts.tags}>
        <input
          name="tags"
          placeholder={texts.tagsHint}
          defaultValue={asset.tags.join(', ')}
          className={field}
        />
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={texts.topic}>
          <input name="topic" maxLength={100} defaultValue={asset.topic} className={field} />
        </Field>
        <Field label={texts.sentiment}>
          <select name="sentiment" defaultValue={asset.sentiment} className={field}>
            {Object.entries(texts.sentiments).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        <Field label={texts.licence}>
          <input name="licence" maxLength={100} defaultValue={asset.licence} className={field} />
        </Field>
        <Field label={texts.attribution}>
          <input
            name="attribution"
            maxLength={500}
            defaultValue={asset.attribution}
            className={field}
          />
        </Field>
      </div>
      {save.error && <Failure error={save.error} />}
      {remove.error && <Failure error={remove.error} />}
      {asks ? (
        <Notice tone="bad">
          {texts.removeAsk}
          <Button small onClick={() => remove.mutate()} disabled={remove.isPending}>
            {texts.remove}
          </Button>
          <Button small kind="ghost" onClick={() => setAsks(false)}>
            {texts.keep}
          </Button>
        </Notice>
      ) : (
        <div className="flex flex-wrap justify-end gap-2">
          <Button className="mr-auto" onClick={() => setAsks(true)}>
            {texts.remove}
          </Button>
          <Button onClick={done}>{texts.close}</Button>
          <Button kind="primary" type="submit" disabled={save.isPending}>
            {texts.save}
          </Button>
        </div>
      )}
    </form>
  )
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="flex min-w-0 flex-col gap-1">
      <span className="text-xs text-quiet">{label}</span>
      {children}
    </label>
  )
}
