import { defineConfig } from "vite";

// `npm run dev` serves the page with hot reload against a server on the default address.
const server = "http://127.0.0.1:8080";

export default defineConfig({
  build: {
    target: "es2022",
    // The content security policy forbids data: scripts and inline styles: every file is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      "/hubs": { target: server, ws: true },
      "/api": { target: server },
    },
  },
});
