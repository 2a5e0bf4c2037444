// Runs the suite's client against the URL that is given, and prints what became of each test as JSON.
// Usage: node score.mjs FOLDER_OF_HTTP_CACHE_TESTS URL
import { pathToFileURL } from 'url'

const [folder, url] = process.argv.slice(2)
const load = async path => import(pathToFileURL(`${folder}/${path}`))

const fetch = (await import(pathToFileURL(`${folder}/../node-fetch/lib/index.mjs`))).default
const suites = [...(await load('tests/index.mjs')).default, (await load('tests/surrogate-control.mjs')).default]
const { runTests, getResults } = await load('client/runner.mjs')

await runTests(suites, fetch, false, url)
const results = getResults()
const told = {}
for (const suite of suites) {
  for (const test of suite.tests) {
    if (test.browser_only) continue
    told[test.id] = {
      kind: test.kind || 'required',
      needs: test.depends_on || [],
      result: results[test.id] === true ? 'pass' : results[test.id]
    }
  }
}
console.log(JSON.stringify(told))
