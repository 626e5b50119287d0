#!/usr/bin/env node
// Plain JavaScript: when an old Node started this, the newer one that npm brought takes over.
import { findNewerNode, isNewEnough, NO_NODE } from './newer-node.mjs';

if (isNewEnough(process.version)) {
  await import('../src/main.ts');
} else {
  const { runAndExit } = await import('./run.mjs');
  const node = findNewerNode();
  if (node === undefined) {
    console.error(NO_NODE);
    process.exit(1);
  }
  runAndExit(node, [new URL('../src/main.ts', import.meta.url).pathname, ...process.argv.slice(2)]);
}
