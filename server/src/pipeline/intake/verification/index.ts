export * from './facts.ts';
export { mt5PasswordAnswer } from './mt5-answer.ts';
export {
  defaultReply,
  isPublicKeyScheme,
  isSecretOfVendor,
  isUnsigned,
  schemeOf,
  secretFormOf,
} from './schemes.ts';
export { coversQuery, equalText, verifyRequest } from './verify-request.ts';
export type { VerifyInput } from './verify-request.ts';
