// Runs before the first paint, so that a dark page never flashes light. A file of its own, because
// the Content-Security-Policy allows no inline script.
const chosen = localStorage.getItem('antiphon.theme')
const dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
document.documentElement.classList.toggle('dark', dark)
