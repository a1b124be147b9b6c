import { type FormEvent, useId } from 'react'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/states.tsx'
import { useTexts } from '../text/use_texts.ts'
import { useSignIn } from './identity.ts'
import { signInTexts } from './texts.ts'

export function SignIn() {
  const texts = useTexts(signInTexts)
  const signIn = useSignIn()
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn.mutate({ account: String(form.get('account')), secret: String(form.get('secret')) })
  }
  return (
    <form onSubmit={submit} className="mx-auto mt-16 flex max-w-sm flex-col gap-4 px-4">
      <h1 className="text-lg font-semibold">{texts.title}</h1>
      <p className="text-quiet">{texts.hint}</p>
      <Field name="account" label={texts.account} autoComplete="username" />
      <Field name="secret" label={texts.secret} type="password" autoComplete="current-password" />
      {signIn.error && <Notice tone="bad">{signIn.error.message}</Notice>}
      <Button kind="primary" type="submit" disabled={signIn.isPending}>
        {texts.submit}
      </Button>
    </form>
  )
}

interface FieldProps {
  name: string
  label: string
  type?: string
  autoComplete: string
}

function Field({ name, label, type = 'text', autoComplete }: FieldProps) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        autoComplete={autoComplete}
        required
        className="h-10 rounded-md border border-edge bg-panel px-3"
      />
    </div>
  )
}
