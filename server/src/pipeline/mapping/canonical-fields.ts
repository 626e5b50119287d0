// The keys of our own event shape, as POST /v1/events takes it.

export const EXECUTION_FIELDS = [
  'account',
  'position',
  'order',
  'side',
  'entry',
  'symbol',
  'rawSymbol',
  'lots',
  'closedLots',
  'price',
  'contractSize',
  'profit',
  'commission',
  'swap',
  'fee',
  'service',
  'cancelled',
  'closeByPosition',
  'rawReason',
];
export const LINK_FIELDS = [
  'namespace',
  'value',
  'customerNamespace',
  'customerValue',
  'effectiveFrom',
  'effectiveTo',
];

/** What an event says beside its key: a mapping gives these, a feed covers them, our own event shape has them. */
export const TOLD_FIELDS = [
  'kind',
  'occurredAt',
  'identifiers',
  'amount',
  'currency',
  'bonusPart',
  'measures',
  'clickId',
  'code',
  'transactionId',
  'originalId',
  'country',
  'product',
  'brand',
  'status',
  'test',
  'kyc',
  'customerStatus',
  'payout',
  'group',
  'accountCurrency',
  'execution',
  'link',
  'extra',
];

/** Keys of a canonical event on the wire; every other key is refused. */
export const CANONICAL_FIELDS = [
  'recordType',
  'externalId',
  'part',
  'rawTime',
  ...TOLD_FIELDS,
  'rawStatus',
  'version',
  'modifiedAt',
];
export const CUSTOMER_STATUS_FIELDS = ['status', 'until'];
export const PAYOUT_FIELDS = ['status', 'gatewayId', 'fee'];
