export { pixelSnippet } from './pixel-script.ts';
export type { PixelSnippet } from './pixel-script.ts';
