import { ERROR_CODES, ERROR_ROWS, type ErrorCode } from '../../../core/contract/error-rows.ts';

const CATALOGUE = Object.fromEntries(
  ERROR_CODES.map((code) => [code, ERROR_ROWS[code].customer]),
) as Readonly<Record<ErrorCode, string>>;

/**
 * What went wrong, by its code: the catalogue's own sentences (core/contract/error-rows.ts), and what the page says instead
 * where it knows whether it is about a `key` or a sign-in (`what`).
 */
export const messages: Readonly<Record<ErrorCode, string>> = {
  ...CATALOGUE,
  credential_expired:
    '{what, select, key {This key has expired. Please connect again.} signIn {This sign-in has expired. Please connect again.} other {This key or sign-in has expired. Please connect again.}}',
  credential_missing:
    '{what, select, key {This key is no longer on your machine. Please connect again.} signIn {This sign-in is no longer on your machine. Please connect again.} other {This key or sign-in is no longer on your machine. Please connect again.}}',
  key_rejected:
    '{what, select, key {The provider does not know this key. Please check that you copied all of it, or create another one there.} signIn {The provider does not know this sign-in. Please sign in again.} other {The provider does not know this key or sign-in. Please check that you copied all of the key, create another one there, or sign in again.}}',
  key_revoked:
    '{what, select, key {This key has been revoked or has expired. Please create another one at the provider.} signIn {This sign-in has been revoked or has expired. Please sign in again.} other {This key or sign-in has been revoked or has expired. Please create another key at the provider, or sign in again.}}',
  key_no_credit:
    '{what, select, key {The key is right, but its account has no credit left or has reached its limit. Please see to that at the provider, then try again.} signIn {The sign-in is right, but its account has no credit left or has reached its limit. Please see to that at the provider, then try again.} other {The key or sign-in is right, but its account has no credit left or has reached its limit. Please see to that at the provider, then try again.}}',
  key_no_access:
    '{what, select, key {The key is right, but it may not use this model. Please get access at the provider, or use another key.} signIn {The sign-in is right, but it may not use this model. Please get access at the provider, or sign in with another account.} other {The key or sign-in is right, but it may not use this model. Please get access at the provider, or use another one.}}',
  region_refused:
    '{what, select, key {The provider does not accept requests from where your machine is. Your key is not the cause. Please contact support.} signIn {The provider does not accept requests from where your machine is. Your sign-in is not the cause. Please contact support.} other {The provider does not accept requests from where your machine is. Your key or sign-in is not the cause. Please contact support.}}',
  provider_rate_limited:
    '{what, select, key {The provider is limiting requests with this key right now. That says nothing against it. Please try again in a few minutes.} signIn {The provider is limiting requests with this sign-in right now. That says nothing against it. Please try again in a few minutes.} other {The provider is limiting requests with this key or sign-in right now. That says nothing against it. Please try again in a few minutes.}}',
  provider_down:
    '{what, select, key {The provider is having trouble just now. Your key is not the cause. Please try again in a few minutes.} signIn {The provider is having trouble just now. Your sign-in is not the cause. Please try again in a few minutes.} other {The provider is having trouble just now. Your key or sign-in is not the cause. Please try again in a few minutes.}}',
  provider_no_answer:
    '{what, select, key {The provider did not answer your machine. Your key may well be right. Please try again, and contact support if that does not help.} signIn {The provider did not answer your machine. Your sign-in may well be right. Please try again, and contact support if that does not help.} other {The provider did not answer your machine. Your key or sign-in may well be right. Please try again, and contact support if that does not help.}}',
};
