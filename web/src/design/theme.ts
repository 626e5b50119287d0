import { createTheme, rem } from '@mantine/core';
import type { MantineColorsTuple } from '@mantine/core';

/** One accent. Teal stands apart from every colour that carries a meaning (accepted, parked, refused …). */
const plumb: MantineColorsTuple = [
  '#edfbf8',
  '#d6f4ee',
  '#aae8dc',
  '#7adbc9',
  '#54d0b8',
  '#3bc9ae',
  '#1fa58d',
  '#0f766e',
  '#0b5f59',
  '#064842',
];

/** Warm-free greys: figures and lines must not compete with the colours that mean something. */
const slate: MantineColorsTuple = [
  '#f7f8fa',
  '#eef0f4',
  '#dfe3ea',
  '#c5ccd8',
  '#9aa5b6',
  '#748095',
  '#566174',
  '#3c4556',
  '#262d3a',
  '#161b24',
];

/** Surfaces of the dark scheme: the greys above, continued; Mantine's own are brownish beside them. */
const night: MantineColorsTuple = [
  '#d5dce6',
  '#aab4c3',
  '#8f9bad',
  '#5d6b80',
  '#354052',
  '#242c38',
  '#1b212b',
  '#151a22',
  '#10151c',
  '#0b0f14',
];

const FONT =
  'Inter, "Inter Variable", ui-sans-serif, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif';
const MONO =
  'ui-monospace, "SF Mono", "JetBrains Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

export const theme = createTheme({
  primaryColor: 'plumb',
  primaryShade: 7,
  autoContrast: true,
  luminanceThreshold: 0.36,
  colors: { plumb, gray: slate, dark: night },
  fontFamily: FONT,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5' },
  headings: {
    fontFamily: FONT,
    fontWeight: '620',
    sizes: {
      h1: { fontSize: rem(22), lineHeight: '1.25' },
      h2: { fontSize: rem(16), lineHeight: '1.35' },
      h3: { fontSize: rem(14), lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: rem(4), sm: rem(6), md: rem(8), lg: rem(12), xl: rem(16) },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(32) },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    // The colour of an alert is in its ground; its words must be read on it.
    Alert: { styles: { title: { color: 'var(--text-strong)' } } },
    Modal: { styles: { title: { fontSize: rem(16), fontWeight: 620 } } },
    Drawer: { styles: { title: { fontSize: rem(16), fontWeight: 620 } } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true } },
  },
});
