import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env.ANTIPHON_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), tailwind()],
  // The server's Content-Security-Policy allows neither data: scripts nor inline ones.
  build: { assetsInlineLimit: 0, target: 'es2022', chunkSizeWarningLimit: 700, manifest: true },
  server: {
    proxy: { '/api': server, '/ws': { target: server, ws: true } },
    fs: { allow: ['..'] },
  },
  test: { include: ['src/**/*_test.ts', '../apps/*/web/**/*_test.ts'] },
})
