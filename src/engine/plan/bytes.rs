//! The plan as bytes, and back.

use sha2::{Digest, Sha256};

use crate::engine::plan::simulation::Plan;
use crate::error::{Error, Result};

/// Raised whenever the layout of the plan or the meaning of a number in it changes.
pub(crate) const FORMAT: u32 = 3;

impl Plan {
    /// The plan with its hash, once everything else is in it.
    pub(crate) fn sealed(self) -> Self {
        let hash = Sha256::digest(self.body()).into();
        Self { hash, ..self }
    }

    fn body(&self) -> Vec<u8> {
        // Writing plain data to memory cannot fail: no map, no unknown length, no custom serialiser.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// The canonical bytes, with a checksum at the end: equal plans have equal bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.body();
        bytes.extend_from_slice(&self.hash);
        bytes
    }

    /// Reads the canonical bytes back.
    ///
    /// # Errors
    ///
    /// Damaged bytes, a plan of another format version, or one in which something refers to what is not there.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let damaged = || Error::mismatch("these bytes are not an undamaged plan: the checksum is wrong");
        let (body, checksum) = bytes.split_last_chunk::<32>().ok_or_else(damaged)?;
        if Sha256::digest(body)[..] != checksum[..] {
            return Err(damaged());
        }
        // The format comes first, so that it is read whatever follows.
        let (format, _) = postcard::take_from_bytes::<u32>(body).map_err(|_| damaged())?;
        if format != FORMAT {
            let reason = format!("the plan has format {format}, this program reads {FORMAT}");
            return Err(Error::mismatch(reason));
        }
        let plan: Self = postcard::from_bytes(body)
            .map_err(|error| Error::mismatch(format!("these bytes are not a plan: {error}")))?;
        if !plan.is_sound() {
            return Err(Error::mismatch("something in the plan refers to what is not there"));
        }
        Ok(Self { hash: *checksum, ..plan })
    }

    /// SHA-256 of the plan.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }
}
