// PouchDB by its replication over HTTP: rows are documents in LevelDB, the server is express-pouchdb.
// The steps are those of `benchmarks.sync.laptop`: NODE_FOLDER STEP FOLDER SIDE SHARE.

import { createRequire } from 'node:module'
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'

const [place, step, folder, side, share] = process.argv.slice(2)
const require = createRequire(path.join(path.resolve(place), 'package.json'))
const PouchDB = require('pouchdb')
const BATCH = 1000

const local = () => new PouchDB(path.join(folder, side, 'rows'), { adapter: 'leveldb' })
const edits = () => JSON.parse(fs.readFileSync(path.join(folder, 'edits.json'), 'utf-8'))

function serve() {
  const express = require('express')
  const prefix = path.join(folder, 'server') + path.sep
  const app = express()
  const options = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: prefix + 'log' }
  app.use('/', require('express-pouchdb')(PouchDB.defaults({ prefix }), options))
  app.listen(Number(side), '127.0.0.1')
}

async function fill(store) {
  const lines = readline.createInterface({ input: fs.createReadStream(path.join(folder, 'rows.jsonl')) })
  let documents = []
  const put = async () => {
    const refused = (await store.bulkDocs(documents)).filter((one) => one.error)
    if (refused.length) throw new Error(JSON.stringify(refused[0]))
    documents = []
  }
  for await (const line of lines) {
    const { id, ...fields } = JSON.parse(line)
    documents.push({ _id: id, ...fields })
    if (documents.length === BATCH) await put()
  }
  await put()
}

async function edit(store) {
  for (const [id, , fields] of edits()) {
    await store.put({ ...(await store.get(id)), ...fields })
  }
}

async function replicate(work) {
  const done = await work
  if (!done.ok || done.doc_write_failures) throw new Error(JSON.stringify(done))
}

async function check(store) {
  const values = []
  for (const [id, , , row] of edits()) {
    const found = { id, ...(await store.get(id)) }
    values.push(Object.keys(row).map((name) => found[name] ?? null))
  }
  return { count: (await store.info()).doc_count, values }
}

async function main() {
  if (step === 'prepare') return { does: 'plain, unsigned, with history until compacted, conflicts kept' }
  const store = local()
  await store.info()
  const start = process.hrtime.bigint()
  const used = process.cpuUsage()
  let found = {}
  const options = { batch_size: BATCH, batches_limit: 4 }
  if (step === 'fill') await fill(store)
  else if (step === 'edit') await edit(store)
  else if (step === 'send') await replicate(store.replicate.to(`${share}rows`, options))
  else if (step === 'receive') await replicate(store.replicate.from(`${share}rows`, options))
  else found = await check(store)
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const { user, system } = process.cpuUsage(used)
  await store.close()
  return { seconds, cpu: (user + system) / 1e6, peak: process.resourceUsage().maxRSS / 1024, bytes: 0, ...found }
}

if (step === 'serve') serve()
else {
  console.log(JSON.stringify(await main()))
  process.exit(0)
}
