type Content = Readonly<Record<string, unknown>>;

/** What a mapped event says, in a few words: the amount, the trade, the identifiers. */
export function gistOf(content: Content): string {
  const parts = [amountOf(content), tradeOf(content), statusOf(content), identifierOf(content)].filter(
    (part) => part !== '',
  );
  return parts.join(' · ');
}

function amountOf(content: Content): string {
  const money = content['amount'];
  if (typeof money === 'string')
    return [money, text(content['currency'])].filter((part) => part !== '').join(' ');
  if (typeof money === 'object' && money !== null) {
    const { amount, currency } = money as Content;
    return [text(amount), text(currency)].filter((part) => part !== '').join(' ');
  }
  return '';
}

function tradeOf(content: Content): string {
  const execution = content['execution'];
  if (typeof execution !== 'object' || execution === null) return '';
  const { side, lots, symbol, entry } = execution as Content;
  return [text(side), text(lots), text(symbol), entry === undefined ? '' : `(${text(entry)})`]
    .filter((part) => part !== '')
    .join(' ');
}

function statusOf(content: Content): string {
  const kyc = content['kyc'];
  return typeof kyc === 'object' && kyc !== null ? text((kyc as Content)['status']) : '';
}

function identifierOf(content: Content): string {
  const first = Array.isArray(content['identifiers'])
    ? (content['identifiers'][0] as Content | undefined)
    : undefined;
  return first === undefined ? '' : `${text(first['namespace'])} ${text(first['value'])}`;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
