//! Why a collector has no figure. The list is closed: readers refuse a word that they do not know, so a new one is a new
//! major version of the schema.

use crate::words::words;

words! {
    /// Why a figure did not come from a source that was asked for it.
    Absence {
        NotOffered = "not_offered": "the platform does not offer this figure to the operator's access";
        Hidden = "hidden": "the account's owner hides it";
        NoAccount = "no_account": "the roster says that the artist has no account there";
        NotFound = "not_found": "the platform knows no such account, or does not show it";
        Refused = "refused": "the platform refused to answer: a limit, a missing right, or an account that belongs to somebody else";
        NotYet = "not_yet": "the platform has not published it yet";
        Failed = "failed": "no answer that could be read, after every try";
    }
}
