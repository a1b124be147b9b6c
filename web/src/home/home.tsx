import { Link } from 'wouter'
import { appPages, type AppName } from '../pages.ts'
import { useTexts } from '../text/use_texts.ts'
import { homeTexts } from './texts.ts'

const order: AppName[] = ['director', 'concierge', 'lingual', 'feedback', 'planner']

/** The five apps: those that can be opened first and large, the others as what is planned. */
export function Home() {
  const texts = useTexts(homeTexts)
  const isThere = (app: AppName) => appPages.some(pages => pages.app === app)
  return (
    <div className="mx-auto max-w-5xl px-4 py-8 sm:py-12">
      <h1 className="text-xl font-semibold text-balance">{texts.title}</h1>
      <p className="mt-2 max-w-2xl text-base text-quiet">{texts.lead}</p>
      <ul className="mt-8 flex flex-col gap-4">
        {order.filter(isThere).map(app => (
          <OpenApp key={app} app={app} />
        ))}
      </ul>
      <h2 className="mt-8 text-sm font-medium text-quiet">{texts.planned}</h2>
      <ul
        className={
          'mt-3 grid gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-2'
        }
      >
        {order
          .filter(app => !isThere(app))
          .map(app => (
            <li key={app} className="bg-panel p-4">
              <h3 className="font-medium">{texts.apps[app].name}</h3>
              <p className="mt-1 text-quiet">{texts.apps[app].what}</p>
            </li>
          ))}
      </ul>
    </div>
  )
}

function OpenApp({ app }: { app: AppName }) {
  const texts = useTexts(homeTexts)
  const { name, what, example } = texts.apps[app]
  const path = appPages.find(pages => pages.app === app)?.views[0].path ?? '/'
  return (
    <li>
      <Link
        href={path}
        className={
          'grid gap-4 rounded-md border border-line bg-panel p-4 shadow-md transition-colors ' +
          'duration-150 hover:border-ours-line sm:grid-cols-2 sm:gap-8 sm:p-6'
        }
      >
        <div className="flex flex-col items-start gap-2">
          <h2 className="text-lg font-semibold">{name}</h2>
          <p className="text-quiet">{what}</p>
          <span className="mt-auto pt-2 font-medium text-ours">{texts.open} →</span>
        </div>
        {example && <Example heard={example.heard} answered={example.answered} />}
      </Link>
    </li>
  )
}

function Example({ heard, answered }: { heard: string; answered: string }) {
  const theirs = 'mr-8 rounded-r-md border-l-2 border-theirs-solid bg-theirs-soft text-theirs'
  const ours = 'ml-8 rounded-l-md border-r-2 border-ours-solid bg-ours-soft text-ours'
  return (
    <div className="flex flex-col justify-center gap-2">
      <p className={`px-3 py-2 ${theirs}`}>{heard}</p>
      <p className={`px-3 py-2 text-right ${ours}`}>{answered}</p>
    </div>
  )
}
