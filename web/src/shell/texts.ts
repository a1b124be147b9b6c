const en = {
  skip: 'Skip to content',
  home: 'All apps',
  pages: 'Pages',
  menu: 'Menu',
  language: 'Language',
  look: 'Look',
  light: 'Light',
  dark: 'Dark',
  signOut: 'Sign out',
  keys: 'Keys',
  close: 'Close',
  palette: 'Find a command',
  noSuchPage: 'There is no page at this address.',
}

const sv: typeof en = {
  skip: 'Hoppa till innehållet',
  home: 'Alla appar',
  pages: 'Sidor',
  menu: 'Meny',
  language: 'Språk',
  look: 'Utseende',
  light: 'Ljust',
  dark: 'Mörkt',
  signOut: 'Logga ut',
  keys: 'Tangenter',
  close: 'Stäng',
  palette: 'Sök ett kommando',
  noSuchPage: 'Det finns ingen sida på den här adressen.',
}

export const shellTexts = { en, sv }
