// What outside systems report: registrations, money, KYC, rows of mapping tables; each in our own shape and as a postback.
import { createHash } from 'node:crypto';
import { formatClickId } from '../../src/tracking/token.ts';
import { BEGIN, boundsOf, codeName, customerName, endOf, kycName, loginName, timeOf } from './said.ts';
import type { Report, SourceName, Stage } from './said.ts';
import type { Click, Minute, World } from './world.ts';
import type { Country } from './world-people.ts';

/** Every report of a CRM, each said once. */
export function reportsOf(world: World, stage: Stage): Report[] {
  return [
    ...registrations(world, stage),
    ...deposits(world, stage),
    ...takenBack(world, stage),
    ...playsOf(world),
    ...kycEvents(world),
    ...statusEvents(world),
    ...tableRows(world),
  ];
}

function registrations(world: World, stage: Stage): Report[] {
  return world.registrations.map((registration, index) => {
    const { customer, at, click, login, test, code, country } = registration;
    const clickId = click === null ? undefined : mint(stage, click, at, index);
    return report({
      name: `registration ${index}`,
      feature: `registration ${registration.registrar ? 'by the registrar' : 'by another source'}`,
      source: registration.registrar ? 'crm' : 'shop',
      at,
      kind: 'registration',
      id: `reg${index}`,
      transaction: `reg${index}`,
      names: {
        customer,
        ...(login === null ? {} : { login }),
        ...(clickId === undefined ? {} : { clickId }),
      },
      code,
      country,
      test,
    });
  });
}

function deposits(world: World, stage: Stage): Report[] {
  return world.deposits.map((deposit, index) => {
    const { kind, at, by, amount, twin, test, registrar, code } = deposit;
    return report({
      name: `deposit ${index}`,
      feature: by === 'customer' ? kind : `${kind} by ${by}`,
      source: registrar ? 'crm' : 'shop',
      at,
      kind,
      id: `dep${index}`,
      transaction: transactionOf(index, twin),
      names: namesOf(world, stage, deposit),
      amount: String(amount),
      code,
      test,
    });
  });
}

function transactionOf(index: number, twin: boolean): string {
  return `txn${twin && index > 0 ? index - 1 : index}`;
}

function namesOf(world: World, stage: Stage, deposit: World['deposits'][number]): Names {
  const { customer, by } = deposit;
  if (by === 'login') return { login: customer };
  if (by === 'customer') return { customer };
  const index = world.registrations.findIndex((own) => own.customer === customer && own.click !== null);
  const carrier = world.registrations[index];
  if (carrier === undefined || carrier.click === null) return { customer };
  return { clickId: mint(stage, carrier.click, carrier.at, index) };
}

function takenBack(world: World, stage: Stage): Report[] {
  return world.takenBack.flatMap(({ kind, deposit, at, amount }, index) => {
    const original = world.deposits[deposit % Math.max(world.deposits.length, 1)];
    if (original === undefined) return [];
    const place = world.deposits.indexOf(original);
    return [
      report({
        name: `${kind} ${index}`,
        feature: kind,
        source: original.registrar ? 'crm' : 'shop',
        at,
        kind,
        id: `back${index}`,
        transaction: `back${index}`,
        names: namesOf(world, stage, original),
        // Without an amount all that is left is taken back.
        ...(amount === null ? {} : { amount: String(amount) }),
        original: transactionOf(place, original.twin),
        test: false,
      }),
    ];
  });
}

function playsOf(world: World): Report[] {
  return (world.plays ?? []).map(({ customer, at, amount, win }, index) => {
    const kind = win ? 'win' : 'bet';
    return report({
      name: `${kind} ${index}`,
      feature: kind,
      source: 'crm',
      at,
      kind,
      id: `play${index}`,
      transaction: `play${index}`,
      names: { customer },
      amount: String(amount),
      test: false,
    });
  });
}

function kycEvents(world: World): Report[] {
  return world.kyc
    .filter((fact) => fact.byEvent)
    .map(({ customer, status, at, country }, index) =>
      report({
        name: `kyc event ${index}`,
        feature: 'kyc by event',
        source: 'crm',
        at,
        kind: 'kyc_status',
        id: `kyc${index}`,
        transaction: `kyc${index}`,
        names: { customer },
        kyc: kycName(status),
        country,
        test: false,
      }),
    );
}

/** Our own shape only: a postback says no end of an exclusion. */
function statusEvents(world: World): Report[] {
  return world.statuses
    .filter((fact) => fact.byEvent)
    .map(({ customer, status, at, to }, index): Report => ({
      tag: 'report',
      name: `status event ${index}`,
      feature: `status ${status} by event`,
      source: 'crm',
      at,
      event: {
        kind: 'self_excluded',
        externalId: `status${index}`,
        occurredAt: timeOf(at),
        identifiers: [{ namespace: 'customer', value: customerName(customer) }],
        customerStatus: {
          status,
          ...(status === 'readmitted' || to === null ? {} : { until: timeOf(endOf(at, to)) }),
        },
      },
    }));
}

function tableRows(world: World): Report[] {
  return world.tableRows.map((link, index) => {
    const { from, to } = boundsOf(link);
    return {
      tag: 'report' as const,
      name: `table row ${index}`,
      feature: 'row of a mapping table',
      source: 'crm' as const,
      at: 0,
      event: {
        kind: 'identifier_link',
        externalId: `row${index}`,
        occurredAt: timeOf(0),
        identifiers: [{ namespace: 'mt5:live', value: loginName(link.login) }],
        link: {
          namespace: 'mt5:live',
          value: loginName(link.login),
          customerNamespace: 'customer',
          customerValue: customerName(link.customer),
          ...(from === null ? {} : { effectiveFrom: timeOf(from) }),
          ...(to === null ? {} : { effectiveTo: timeOf(to) }),
        },
      },
    };
  });
}

interface Names {
  readonly customer?: number;
  readonly login?: number;
  readonly clickId?: string;
}

interface ReportParts {
  readonly name: string;
  readonly feature: string;
  readonly source: SourceName;
  readonly at: Minute;
  readonly kind: string;
  readonly id: string;
  readonly transaction: string;
  readonly names: Names;
  readonly amount?: string;
  readonly original?: string;
  readonly kyc?: string;
  readonly code?: number | null;
  readonly country?: Country;
  readonly test: boolean;
}

/** The same report in our own shape and as the parameters of a postback. */
function report(parts: ReportParts): Report {
  const { name, feature, source, at, kind, id, transaction, names, amount, original, kyc, test } = parts;
  const code = codeOf(parts);
  const country = parts.country ?? undefined;
  const { customer, login, clickId } = names;
  const identifiers = [
    ...(customer === undefined ? [] : [{ namespace: 'customer', value: customerName(customer) }]),
    ...(login === undefined ? [] : [{ namespace: 'mt5:live', value: loginName(login) }]),
  ];
  return {
    tag: 'report',
    name,
    feature,
    source,
    at,
    event: {
      kind,
      externalId: id,
      transactionId: transaction,
      occurredAt: timeOf(at),
      ...(identifiers.length === 0 ? {} : { identifiers }),
      ...(clickId === undefined ? {} : { clickId }),
      ...(amount === undefined ? {} : { amount, currency: 'USD' }),
      ...(original === undefined ? {} : { originalId: original }),
      ...(kyc === undefined ? {} : { kyc: { status: kyc } }),
      ...(code === undefined ? {} : { code }),
      ...(country === undefined ? {} : { country }),
      ...(test ? { test: true } : {}),
    },
    postback: {
      event: kind,
      external_id: id,
      txn_id: transaction,
      occurred_at: timeOf(at),
      ...(customer === undefined ? {} : { customer_id: customerName(customer) }),
      ...(login === undefined ? {} : { login: loginName(login) }),
      ...(clickId === undefined ? {} : { click_id: clickId }),
      ...(amount === undefined ? {} : { amount, currency: 'USD' }),
      ...(original === undefined ? {} : { original_id: original }),
      ...(kyc === undefined ? {} : { kyc }),
      ...(code === undefined ? {} : { code }),
      ...(country === undefined ? {} : { country }),
      ...(test ? { test: 'true' } : {}),
    },
  };
}

function codeOf({ code }: ReportParts): string | undefined {
  return code === undefined || code === null ? undefined : codeName(code);
}

function mint(stage: Stage, click: Click, registeredAt: Minute, index: number): string {
  const partner = click.partner % stage.partnerIds.length;
  const random = createHash('sha256').update(`click ${index}`).digest().subarray(0, 6);
  const text = formatClickId(
    {
      linkId: stage.linkIds[partner] ?? '',
      partnerId: stage.partnerIds[partner] ?? '',
      atMillis: BEGIN + (registeredAt - click.daysBefore * 1440) * 60_000,
      country: click.country ?? '',
    },
    random,
    stage.clickMac,
  );
  return click.tampered ? `${text.slice(0, 20)}${text[20] === 'A' ? 'B' : 'A'}${text.slice(21)}` : text;
}
