/** `I` initiator, `R` responder, `N` no session yet, as IOS prints it. */
export type Role = 'I' | 'R' | 'N'

/** The phase 1 states of `show crypto isakmp sa` (ios-semantics §4.9). */
export type SaState = 'NEW SA' | 'MM_NO_STATE' | 'MM_SA_SETUP' | 'MM_KEY_EXCH' | 'MM_KEY_AUTH' | 'QM_IDLE'
