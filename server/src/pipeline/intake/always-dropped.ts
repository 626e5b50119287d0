// Names of fields that no system may leave with us (requirements S5, connectors.md 1.8). Compared without case, dashes, underscores, points and spaces.
import type { DropCause } from './facts.ts';

type Names = readonly (readonly [DropCause, readonly string[]])[];

/** Dropped wherever the folded name contains one of these: no honest field name does. */
const CONTAINED: Names = [
  [
    'secret',
    [
      'password',
      'passwd',
      'passphrase',
      'passwort',
      'contrasena',
      'motdepasse',
      'pwd',
      'secretkey',
      'clientsecret',
      'privatekey',
      'apikey',
      'accesstoken',
      'refreshtoken',
      'sessiontoken',
      'authtoken',
      'securitytoken',
      'verificationtoken',
    ],
  ],
  [
    'card_data',
    [
      'cvv',
      'cvc2',
      'cardtoken',
      'cardcvc',
      'cardpin',
      'cardsecuritycode',
      'cardverification',
      'trackdata',
      'magstripe',
    ],
  ],
  ['card_number', ['cardnumber', 'ccnumber', 'cardpan', 'primaryaccountnumber']],
  [
    'bank_account',
    [
      'bankaccount',
      'bankdetail',
      'bankingdetail',
      'bankinfo',
      'bankcard',
      'sortcode',
      'routingnumber',
      'accountiban',
      'ibannumber',
      'bankiban',
    ],
  ],
  [
    'tax_number',
    [
      'taxnumber',
      'taxident',
      'taxpayer',
      'vatnumber',
      'vatid',
      'socialsecurity',
      'socialinsurance',
      'nationalinsurance',
    ],
  ],
  [
    'document_number',
    [
      'passport',
      'documentnumber',
      'docnumber',
      'identitynumber',
      'identitydocument',
      'identificationnumber',
      'idcardnumber',
      'identitycard',
      'nationalid',
      'personalnumber',
      'personalid',
      'driverlicen',
      'driverslicen',
      'drivinglicen',
      'licensenumber',
      'licencenumber',
    ],
  ],
  [
    'date_of_birth',
    ['dateofbirth', 'birthdate', 'birthday', 'dayofbirth', 'birthyear', 'yearofbirth', 'datebirth'],
  ],
];

/** Dropped when the folded name is one of these: inside of longer words they mean other things ("pin" in "shipping"). */
const WHOLE: Names = [
  [
    'secret',
    [
      'pass',
      'secret',
      'pin',
      'pincode',
      'userpass',
      'loginpass',
      'passcode',
      'otp',
      'totp',
      'mfacode',
      'masterpass',
      'investorpass',
      'tradingpass',
      'credentials',
      'secure',
      'bearer',
      'jwt',
      'authorization',
    ],
  ],
  ['card_number', ['pan', 'cardno', 'cardnum', 'ccnum', 'creditcard', 'debitcard']],
  ['card_data', ['cvc', 'csc', 'cid3', 'track1', 'track2']],
  ['bank_account', ['iban', 'ibans', 'bankaccountid', 'clabe', 'payeriban', 'payeeiban']],
  [
    'document_number',
    [
      'mrz',
      'dni',
      'nie',
      'nric',
      'idno',
      'aadhaar',
      'aadhar',
      'passno',
      'documentno',
      'idnumber',
      'nationalidnumber',
      'personidnumber',
    ],
  ],
  [
    'tax_number',
    [
      'taxno',
      'taxid',
      'taxids',
      'tin',
      'itin',
      'ssn',
      'nif',
      'cpf',
      'cnpj',
      'pesel',
      'nino',
      'steuerid',
      'vatno',
      'curp',
      'codicefiscale',
    ],
  ],
  ['date_of_birth', ['dob', 'birth', 'born', 'bornon', 'bdate', 'bday']],
];

/** Dropped when the folded name ends so: `webhook_secret`, `clientIban`. */
const ENDING: Names = [
  ['secret', ['secret']],
  ['bank_account', ['iban']],
];

/** Dropped unless the mapping reads them: a token is mostly a key, and in some systems the name of a visit. */
const UNREAD = new Set(['token']);

/** Dropped below a field whose folded name contains the first word: `card.number`, `document.number`. */
const BELOW: readonly (readonly [parent: string, cause: DropCause, names: readonly string[]])[] = [
  ['card', 'card_number', ['number', 'no', 'pan', 'account']],
  ['card', 'card_data', ['token', 'securitycode', 'verificationcode', 'code', 'pin']],
  ['paymentmethod', 'card_data', ['token']],
  ['document', 'document_number', ['number', 'no', 'numbers']],
  ['identification', 'document_number', ['number', 'no', 'value']],
  ['bank', 'bank_account', ['account', 'accountnumber', 'accountno', 'number', 'iban', 'swift', 'bic']],
  ['birth', 'date_of_birth', ['date', 'day', 'month', 'year', 'value']],
];

/** Endings that turn a name into a statement about the field, not the field: `passwordChanged`, `passport_status`. */
const ABOUT = /(?:status|verified|verification|changed|required|enabled|confirmed|provided|result)$/;

/** Fields whose value names another field beside it: `{ "name": "password", "value": "..." }`. */
const NAMING = new Set([
  'name',
  'key',
  'field',
  'label',
  'type',
  'property',
  'propertyname',
  'attribute',
  'param',
  'parameter',
  'question',
]);
const NAMED = new Set([
  'value',
  'values',
  'val',
  'propertyvalue',
  'content',
  'text',
  'stringvalue',
  'answer',
]);

/** What the door must know about a field by its name alone. */
export interface NameVerdict {
  readonly cause: DropCause | undefined;
  /** The name is dropped below some parents: its parent must be looked at. */
  readonly byParent: boolean;
  /** Below it some names are dropped. */
  readonly isParent: boolean;
  /** Dropped as a secret unless the mapping reads a field of this name. */
  readonly unlessRead: boolean;
  readonly naming: boolean;
  readonly named: boolean;
  /** It ends like an id, and ids are long numbers too. */
  readonly isId: boolean;
  /** The name holds so many digits that it may be a private number itself. */
  readonly longNumber: boolean;
  readonly folded: string;
}

/** `Date of-Birth`, `date_of_birth` and `dateOfBirth` are one name. */
export function foldFieldName(name: string): string {
  return name.toLowerCase().replace(/[\s._-]+/g, '');
}

/** Judges a name; no state, a few microseconds. `createNameJudge` remembers the verdicts. */
export function judgeName(name: string): NameVerdict {
  const folded = foldFieldName(name);
  return {
    folded,
    cause: causeOf(folded),
    longNumber: name.replace(/\D/g, '').length >= 10,
    byParent: BELOW.some(([, , names]) => names.includes(folded)),
    isParent: BELOW.some(([word]) => folded.includes(word)),
    unlessRead: UNREAD.has(folded),
    naming: NAMING.has(folded),
    named: NAMED.has(folded),
    isId: /(?:id|ids|uuid|ref|reference|txn|tx|code|key|time|timestamp|number)$/.test(folded),
  };
}

function causeOf(folded: string): DropCause | undefined {
  const whole = WHOLE.find(([, names]) => names.includes(folded));
  if (whole !== undefined) return whole[0];
  if (ABOUT.test(folded)) return undefined;
  const ending = ENDING.find(([, ends]) => ends.some((end) => folded.endsWith(end)));
  if (ending !== undefined) return ending[0];
  return CONTAINED.find(([, parts]) => parts.some((part) => folded.includes(part)))?.[0];
}

/** The cause for which a field is dropped because of where it stands; `parent` is the folded name of what holds it. */
export function causeBelow(parent: string, folded: string): DropCause | undefined {
  return BELOW.find(([word, , names]) => parent.includes(word) && names.includes(folded))?.[1];
}

/** Most names that a judge remembers: senders have a few hundred, and a hostile one must not fill the memory. */
const REMEMBERED = 4_000;

export type JudgeName = (name: string) => NameVerdict;

/** A judge with a memory: the names of a source recur in every delivery. */
export function createNameJudge(): JudgeName {
  const known = new Map<string, NameVerdict>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const verdict = judgeName(name);
    if (name.length > 100) return verdict;
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, verdict);
    return verdict;
  };
}
