// The door of the connectors room: presets by name. A preset is data; a folder holds it with its README.
import type { Preset } from './facts.ts';
import { affiliateControl } from './affiliate-control/index.ts';
import { b2core } from './b2core/index.ts';
import { bitpay } from './bitpay/index.ts';
import { broctagon } from './broctagon/index.ts';
import { casinoFeed } from './casino-feed/index.ts';
import { coinspaid } from './coinspaid/index.ts';
import { ctrader } from './ctrader/index.ts';
import { dxtrade } from './dxtrade/index.ts';
import { fastTrack } from './fast-track/index.ts';
import { fxbo } from './fxbo/index.ts';
import { genericCrm, leverate, skaleCrm, tradeCore } from './generic-crm/index.ts';
import { genericS2s } from './generic-s2s/index.ts';
import { hubspot } from './hubspot/index.ts';
import { matchTrader } from './match-trader/index.ts';
import { mt4 } from './mt4/index.ts';
import { mt5Proxy } from './mt5-proxy/index.ts';
import { mt5 } from './mt5/index.ts';
import { nowpayments } from './nowpayments/index.ts';
import { onfido } from './onfido/index.ts';
import { paypalPayouts } from './paypal-payouts/index.ts';
import { playerActivityCsv } from './player-activity-csv/index.ts';
import { praxis } from './praxis/index.ts';
import { salesforce } from './salesforce/index.ts';
import { shopify } from './shopify/index.ts';
import { skrill } from './skrill/index.ts';
import { stripe } from './stripe/index.ts';
import { sumsub } from './sumsub/index.ts';
import { syntellicore } from './syntellicore/index.ts';
import { tradeLocker } from './tradelocker/index.ts';
import { tradrapi } from './tradrapi/index.ts';
import { unibo } from './unibo/index.ts';
import { veriff } from './veriff/index.ts';
import { wise } from './wise/index.ts';
import { woocommerce } from './woocommerce/index.ts';
import { yourpropfirm } from './yourpropfirm/index.ts';
import { everflow } from './everflow/index.ts';
import { tune } from './tune/index.ts';
import { affise } from './affise/index.ts';
import { scaleo } from './scaleo/index.ts';
import { keitaro } from './keitaro/index.ts';
import { voluum } from './voluum/index.ts';
import { binom } from './binom/index.ts';
import { track360Postback } from './track360-postback/index.ts';
import { casinoPanel } from './casino-panel/index.ts';
import { intelitics } from './intelitics/index.ts';
import { rollr } from './rollr/index.ts';
import { trcker } from './trcker/index.ts';

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

/** One line each, in the order in which they are shown: general ones, trading platforms, CRMs, gaming, prop and shops, payment, KYC. */
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
  tradeLocker,
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
  casinoFeed,
  fastTrack,
  unibo,
  affiliateControl,
  playerActivityCsv,
  yourpropfirm,
  woocommerce,
  shopify,
  stripe,
  praxis,
  skrill,
  coinspaid,
  nowpayments,
  paypalPayouts,
  wise,
  bitpay,
  sumsub,
  onfido,
  veriff,
  everflow,
  tune,
  affise,
  scaleo,
  keitaro,
  voluum,
  binom,
  track360Postback,
  casinoPanel,
  intelitics,
  rollr,
  trcker,
];

/** The preset of this name, or undefined. */
export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
