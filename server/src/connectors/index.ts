// The door of the connectors room: presets by name. A preset is data; a folder holds it with its README.
import type { Preset } from './facts.ts';
import { b2core } from './b2core/index.ts';
import { broctagon } from './broctagon/index.ts';
import { ctrader } from './ctrader/index.ts';
import { dxtrade } from './dxtrade/index.ts';
import { fxbo } from './fxbo/index.ts';
import { genericCrm, leverate, skaleCrm, tradeCore } from './generic-crm/index.ts';
import { genericS2s } from './generic-s2s/index.ts';
import { hubspot } from './hubspot/index.ts';
import { matchTrader } from './match-trader/index.ts';
import { mt4 } from './mt4/index.ts';
import { mt5Proxy } from './mt5-proxy/index.ts';
import { mt5 } from './mt5/index.ts';
import { salesforce } from './salesforce/index.ts';
import { syntellicore } from './syntellicore/index.ts';
import { tradrapi } from './tradrapi/index.ts';

export type { Preset, PresetFeed } from './facts.ts';

const canonical: Preset = {
  name: 'canonical',
  title: 'Canonical events',
  document: {
    language: 1,
    name: 'canonical',
    description: 'Events in our own shape, as POST /v1/events takes them.',
    format: 'canonical',
  },
  registrar: true,
  reply: 'strict',
};

/** One line each, in the order in which they are shown: general ones, trading platforms, CRMs. */
export const PRESETS: readonly Preset[] = [
  genericS2s,
  canonical,
  genericCrm,
  mt5,
  mt5Proxy,
  mt4,
  ctrader,
  matchTrader,
  dxtrade,
  tradrapi,
  fxbo,
  syntellicore,
  b2core,
  broctagon,
  hubspot,
  salesforce,
  skaleCrm,
  tradeCore,
  leverate,
];

/** The preset of this name, or undefined. */
export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
