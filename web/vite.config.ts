/** Builds the front end: one script a page, the styles, and each of them packed beside itself. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin as PostCssPlugin } from "postcss";
import { defineConfig, type Plugin } from "vite";
import type {} from "vitest/config"; // the types of `test`; the build itself does without the packages of the tests

const out = resolve(import.meta.dirname, "../src/gemeinsinn/portal/static/gemeinsinn");
const page = (name: string) => resolve(import.meta.dirname, `src/pages/${name}.ts`);
const style = (name: string) => resolve(import.meta.dirname, `src/styles/${name}.scss`);

/** Writes .br and .gz beside every text file, which the server sends where they are asked for. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    closeBundle() {
      for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|svg|json)$/.test(name)) continue;
        const content = readFileSync(join(out, name));
        writeFileSync(join(out, `${name}.br`), brotliCompressSync(content));
        writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** Drops the design system's tokens that neither a style nor a script reads: two thirds, five kilobytes packed. */
function readTokensOnly(): PostCssPlugin {
  const sources = readdirSync(join(import.meta.dirname, "src"), { recursive: true, encoding: "utf8" });
  const scripts = sources.filter((name) => name.endsWith(".ts"));
  const named = scripts.flatMap((name) => {
    return readFileSync(join(import.meta.dirname, "src", name), "utf8").match(/--[\w-]+/g) ?? [];
  });
  return {
    postcssPlugin: "read-tokens-only",
    OnceExit(root) {
      let dropped: number;
      do {
        dropped = 0;
        const read = new Set(named);
        root.walkDecls((each) => {
          for (const [, name = ""] of each.value.matchAll(/var\((--[\w-]+)/g)) read.add(name);
        });
        root.walkDecls(/^--/, (each) => {
          if (read.has(each.prop)) return;
          each.remove();
          dropped += 1;
        });
      } while (dropped > 0);
    },
  };
}

export default defineConfig({
  base: "/static/gemeinsinn/",
  publicDir: "public",
  plugins: [packed()],
  css: { preprocessorOptions: { scss: { quietDeps: true } }, postcss: { plugins: [readTokensOnly()] } },
  build: {
    target: "es2022",
    outDir: out,
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: [...["site", "indicator", "area", "topic", "compare"].map(page), ...["site", "fonts"].map(style)],
      output: {
        entryFileNames: "[name]-[hash:8].js",
        chunkFileNames: "[name]-[hash:8].js",
        assetFileNames: "[name]-[hash:8][extname]",
      },
    },
  },
  test: {
    include: ["src/**/*.test.ts"],
    // What the server wrote to agree with; `tests/integration/test_sentences_agree.py` sets where it lies.
    exclude: process.env.GEMEINSINN_AGREEMENT ? [] : ["src/**/*.agreement.test.ts"],
    environment: "node",
    setupFiles: ["src/testing/setup.ts"],
  },
});
