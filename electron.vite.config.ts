// Builds the three faces: main process, trainer and command line as CommonJS (Electron 25 has no ESM main), the preload
// script, and the window. Chrome 114 and Node 18 are the oldest targets.
import { resolve } from 'node:path'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

const commonJs = {
  format: 'cjs',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
} as const

/**
 * Chrome 114 treats `var(--x,)` as invalid when `--x` was registered without an initial value, and Tailwind's rings and
 * checkboxes vanish. Gives exactly those registered names an empty initial value.
 */
function emptyTailwindFallbacks(): Plugin {
  return {
    name: 'empty-tailwind-fallbacks',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue
        let css = String(file.source)
        const names = new Set([...css.matchAll(/var\((--tw-[\w-]+),\s*\)/g)].map((match) => match[1]))
        for (const name of names) {
          css = css.replace(
            new RegExp(`@property ${name}\\s*\\{\\s*syntax:\\s*"\\*";\\s*inherits:\\s*false;?\\s*\\}`, 'g'),
            `@property ${name}{syntax:"*";inherits:false;initial-value: }`,
          )
        }
        file.source = css
      }
    },
  }
}

export default defineConfig({
  main: {
    build: {
      target: 'node18',
      // Errors of the engine name the line of the source that they are about.
      sourcemap: true,
      externalizeDeps: { exclude: ['lowdb', 'steno'] },
      rollupOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          trainer: resolve('src/trainer/index.ts'),
          cli: resolve('src/cli/index.ts'),
          'drawing-thread': resolve('src/workbench/columns/worker.ts'),
          'chart-file-thread': resolve('src/workbench/chart-files/thread.ts'),
        },
        output: commonJs,
      },
    },
  },
  preload: {
    build: {
      target: 'node18',
      externalizeDeps: false,
      rollupOptions: { input: { index: resolve('src/preload/index.ts') }, output: commonJs },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: {
      target: 'chrome114',
      cssTarget: 'chrome114',
      minify: true,
      rollupOptions: { input: { index: resolve('src/renderer/index.html') } },
    },
    resolve: {
      alias: [{ find: /^@iconify\/vue$/, replacement: resolve('src/renderer/ui/iconify-offline.ts') }],
    },
    plugins: [
      vue(),
      emptyTailwindFallbacks(),
      ui({
        root: import.meta.dirname,
        router: false,
        icon: { clientBundle: { scan: { globInclude: ['src/renderer/**/*.{vue,ts}'] } } },
        experimental: { componentDetection: true },
        ui: { colors: { primary: 'blue', neutral: 'zinc' } },
      }),
    ],
  },
})
