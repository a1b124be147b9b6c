const en = {
  title: 'Sign in',
  hint: 'The server prints a sign-in link each time it starts. Or use an account and its secret.',
  account: 'Account',
  secret: 'Secret',
  submit: 'Sign in',
}

const sv: typeof en = {
  title: 'Logga in',
  hint: 'Servern skriver ut en inloggningslänk vid varje start. Eller ange konto och hemlighet.',
  account: 'Konto',
  secret: 'Hemlighet',
  submit: 'Logga in',
}

export const signInTexts = { en, sv }
