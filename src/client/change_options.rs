//! Changing the options of a client that exists.

use bytes::Bytes;

use super::Client;
use crate::codec::{EncodeError, Properties, Will};
use crate::options::Options;

impl Client {
    /// The current options.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Changes options, which are used from now on; those of CONNECT from the next CONNECT on. If
    /// that cannot be encoded, the attempt to connect fails with [`ConnectionError::Options`](crate::ConnectionError::Options), so
    /// check with [`Options::validate`]. `protocol_version` and `seed` have no effect any more, and
    /// `store_session` and `confirm_records` must be set before the first request.
    pub fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    /// Changes the credentials, from the next CONNECT on.
    ///
    /// # Errors
    /// Nothing was changed: CONNECT could not be encoded.
    pub fn set_credentials(
        &mut self,
        username: Option<String>,
        password: Option<Bytes>,
    ) -> Result<(), EncodeError> {
        self.replace((username, password), |options, (username, password)| {
            std::mem::swap(&mut options.username, username);
            std::mem::swap(&mut options.password, password);
        })
    }

    /// Changes the will, from the next CONNECT on.
    ///
    /// # Errors
    /// Nothing was changed: CONNECT could not be encoded.
    pub fn set_will(&mut self, will: Option<Will>) -> Result<(), EncodeError> {
        self.replace(will, |options, will| std::mem::swap(&mut options.will, will))
    }

    /// Changes the properties of CONNECT (MQTT 5), from the next CONNECT on.
    ///
    /// # Errors
    /// Nothing was changed: CONNECT could not be encoded.
    pub fn set_connect_properties(&mut self, properties: Properties) -> Result<(), EncodeError> {
        self.replace(properties, |options, properties| {
            std::mem::swap(&mut options.properties, properties);
        })
    }

    /// Swaps new option values in, and back again if CONNECT could not be encoded with them.
    fn replace<T>(
        &mut self,
        mut value: T,
        swap: impl Fn(&mut Options, &mut T),
    ) -> Result<(), EncodeError> {
        swap(&mut self.options, &mut value);
        let result = self.options.validate(self.version);
        if result.is_err() {
            swap(&mut self.options, &mut value);
        }
        result
    }
}
