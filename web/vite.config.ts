import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const pages = readdirSync(here("."))
  .filter((name) => name.endsWith(".html"))
  .map((name) => here(`./${name}`));
// `npm run dev` borrows its data from a running hall: `paihao demo`, or `npm run mock`.
const hall = process.env.PAIHAO_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: {
    target: "es2022",
    // Nothing inline: the pages run under a content security policy of `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One entry a page: every HTML file beside this one.
    rollupOptions: { input: pages },
  },
  server: {
    // The words live beside the Rust programs that also use them.
    fs: { allow: [here("."), here("../locales")] },
    proxy: { "/api": { target: hall, ws: true } },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
