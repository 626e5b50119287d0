// The schemes that can be chosen for a new feed, and what each must be told besides its secret.

export interface SchemeChoice {
  readonly value: string;
  readonly label: string;
  readonly asks?: readonly { readonly name: string; readonly label: string; readonly placeholder: string }[];
}

const header = { name: 'header', label: 'Header', placeholder: 'X-Signature' };
const username = { name: 'username', label: 'User name', placeholder: 'plumbline' };

/** General ones first, then those of vendors. */
export const SCHEMES: readonly SchemeChoice[] = [
  { value: 'bearer', label: 'Bearer token' },
  { value: 'basic', label: 'User name and password', asks: [username] },
  { value: 'header', label: 'A header with the secret', asks: [header] },
  { value: 'hmac', label: 'HMAC over the body', asks: [header] },
  { value: 'rsa', label: 'RSA signature of the body', asks: [header] },
  { value: 'standard-webhooks', label: 'Standard Webhooks' },
  { value: 'none', label: 'Nothing but the secret address' },
  { value: 'stripe', label: 'Stripe' },
  { value: 'shopify', label: 'Shopify' },
  { value: 'woocommerce', label: 'WooCommerce' },
  { value: 'hubspot-v1', label: 'HubSpot v1' },
  { value: 'hubspot-v2', label: 'HubSpot v2' },
  { value: 'hubspot-v3', label: 'HubSpot v3' },
  {
    value: 'paypal',
    label: 'PayPal',
    asks: [{ name: 'webhookId', label: 'Webhook id', placeholder: 'WH-…' }],
  },
  { value: 'wise', label: 'Wise' },
  { value: 'coinspaid', label: 'CoinsPaid' },
  { value: 'nowpayments', label: 'NOWPayments' },
  { value: 'praxis', label: 'Praxis' },
  { value: 'skrill', label: 'Skrill' },
  { value: 'sumsub', label: 'Sumsub' },
  { value: 'onfido', label: 'Onfido' },
  { value: 'veriff', label: 'Veriff' },
  { value: 'veriff-legacy', label: 'Veriff, older' },
  { value: 'broctagon', label: 'Broctagon' },
  { value: 'tradrapi', label: 'Tradrapi' },
  { value: 'affiliate-control', label: 'Affiliate Control', asks: [username] },
  { value: 'wynta', label: 'Wynta' },
  { value: 'unibo', label: 'Unibo' },
  { value: 'bitpay', label: 'BitPay, unsigned' },
  { value: 'match-trader', label: 'Match-Trader, unsigned' },
  { value: 'syntellicore', label: 'Syntellicore, unsigned' },
  { value: 'yourpropfirm', label: 'YourPropFirm, unsigned' },
];

/** What a scheme is called. */
export function nameOfScheme(scheme: string): string {
  return SCHEMES.find(({ value }) => value === scheme)?.label ?? scheme;
}

/** What still must be told before a feed with this scheme can be made. */
export function asksOf(scheme: string): NonNullable<SchemeChoice['asks']> {
  return SCHEMES.find(({ value }) => value === scheme)?.asks ?? [];
}

const UNSIGNED: ReadonlySet<string> = new Set([
  'none',
  'bitpay',
  'match-trader',
  'syntellicore',
  'yourpropfirm',
]);

/** False for schemes by which a delivery proves nothing. */
export function needsSecret(scheme: string): boolean {
  return !UNSIGNED.has(scheme);
}
