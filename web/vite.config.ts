import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// While developing, `npm run dev` passes API, stream and tiles on to a running server.
const server = process.env['CELADON_URL'] ?? 'http://127.0.0.1:8080'

/** Drawn on screens, not in the field: heavy, and of no use without the server. */
const notInTheField = /maplibre|echarts|charts?_?parts|usePicture|Map(?:Page|Credit|Limit|Split|Draw|Picture|List)/i

/** Writes the worker that keeps the page's files, with their names; its name stays, so that a browser finds the new one. */
function fieldWorker(): Plugin {
  return {
    name: 'field-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const built = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name) && !notInTheField.test(name))
      const files = ['/', '/celadon.svg', '/field.webmanifest', ...built.map((name) => `/${name}`).sort()]
      const source = readFileSync(new URL('worker/field_worker.js', import.meta.url), 'utf8')
      const build = createHash('sha256').update(source).update(files.join(' ')).digest('hex').slice(0, 16)
      this.emitFile({
        type: 'asset',
        fileName: 'field-worker.js',
        source: source.replace('__FILES__', JSON.stringify(files)).replace('__BUILD__', build),
      })
    },
  }
}

export default defineConfig({
  plugins: [vue(), fieldWorker()],
  build: {
    target: 'es2021',
    // The map library is one file of its own weight, loaded after the first paint.
    chunkSizeWarningLimit: 1100,
    // No inlining: the page's content policy stays free of data: scripts and fonts.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { '/api': server, '/tiles': server, '/healthz': server, '/metrics': server },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
