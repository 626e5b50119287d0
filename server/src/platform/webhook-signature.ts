import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** A fresh secret of an endpoint as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64. */
export function createEndpointSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

export interface SignedContent {
  /** The webhook's id: the same on every attempt, so that the receiver can drop a repetition. */
  readonly id: string;
  /** Whole seconds since the epoch, of this attempt. Receivers refuse more than five minutes of difference. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The three headers of Standard Webhooks (semantics.md 10.4). Several secrets give several signatures in one header,
 * which is how a secret is rotated without a gap. Throws a RangeError on a secret of another form.
 */
export function signWebhook(content: SignedContent, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const text = `${content.id}.${content.timestamp}.${content.body}`;
    return `v1,${createHmac('sha256', keyOf(secret)).update(text, 'utf8').digest('base64')}`;
  });
  return {
    'webhook-id': content.id,
    'webhook-timestamp': String(content.timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  if (!secret.startsWith(PREFIX) || key.length < 24)
    throw new RangeError('an endpoint secret is whsec_ and at least 24 bytes in base64');
  return key;
}
