import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// While developing, `npm run dev` passes API, stream and tiles on to a running server.
const server = process.env['CELADON_URL'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue()],
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
