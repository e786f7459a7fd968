//! What a call of [`Core`](super::Core) or of the host is about, where a number says it: an export or an import
//! of its own for each would cost a hundred bytes of the compressed module. The shim repeats the numbers in `engine/calls.ts`.

/// Declares an enum whose variants cross as their numbers.
macro_rules! numbered {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $number:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum $name {
            $($(#[$doc])* $variant = $number,)*
        }

        impl $name {
            /// The variant with this number, if there is one.
            pub(super) fn numbered(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

pub(super) use numbered;

numbered! {
    /// What happened, or what the application wants and nobody answers.
    Input {
        /// A deadline may have passed. Early and repeated calls do nothing.
        Timeout = 0,
        /// Connects now unless there is a connection, or one is being made.
        Connect = 1,
        /// Sends PINGREQ if there is a connection.
        Ping = 2,
        /// The transport is open.
        TransportOpened = 3,
        /// The transport closed, or could not be opened.
        TransportClosed = 4,
        /// The app went to the background.
        AppHidden = 5,
        /// The app came to the foreground.
        AppShown = 6,
        /// The network was lost.
        NetworkLost = 7,
        /// The network was found, or changed.
        NetworkChanged = 8,
        /// Where the option `ConfirmRecords` is set: the record of the message with this request id is
        /// stored, and the message is sent.
        RecordStored = 9,
        /// The record could not be stored, and the message is dropped.
        RecordNotStored = 10,
        /// Takes back the request with this packet identifier, if it is queued, or a message in flight.
        RemoveOutgoing = 11,
    }
}

numbered! {
    /// What can be refused.
    Command {
        /// Disconnects for good, with this reason code (MQTT 5) and the properties, when all is sent.
        /// [`HostStep::Ended`] follows.
        Disconnect = 0,
        /// The same at once.
        DisconnectNow = 1,
        /// Sends AUTH with the properties: 0x18 to continue, 0x19 to authenticate again.
        Authenticate = 2,
        /// Acknowledges the last message, where the option `ManualAck` is set: with a reason code of PUBACK
        /// or PUBREC, or with a negative number not at all.
        Acknowledge = 3,
        /// Subscribes to the filters that were added. Returns the request id.
        Subscribe = 4,
        /// Unsubscribes from the filters that were added. Returns the request id.
        Unsubscribe = 5,
        /// Takes the properties as those of the CONNECTs that follow.
        SetConnectProperties = 6,
        /// Drops the properties that were added: the call that they were for will not follow.
        DropProperties = 7,
        /// Checks whether CONNECT can be encoded with the options as they are.
        Validate = 8,
        /// Puts the records of all subscriptions, granted or not, for a core that takes the place of this one.
        PutSubscriptions = 9,
    }
}

numbered! {
    /// What can be asked.
    Query {
        /// When to call `Input::Timeout` at the latest: milliseconds, or `Infinity`.
        Deadline = 0,
        /// The packet identifier under which the request with this id is in flight; negated, the one that
        /// is reserved for it while it is queued; or 0.
        PacketId = 1,
        /// The packet identifier that was allocated last; 0 if none was.
        LastPacketId = 2,
        /// 1 if another core can take the place of this one between two connections, otherwise 0.
        IsReplaceable = 3,
    }
}

numbered! {
    /// What is done with a topic filter.
    FilterUse {
        /// Adds it to the SUBSCRIBE or UNSUBSCRIBE that follows. If it is not valid, that will refuse all.
        Add = 0,
        /// Tells whether it is valid.
        IsValid = 1,
        /// Tells whether the client is, or is about to be, subscribed to it in such a way that another
        /// SUBSCRIBE with these options would change nothing.
        IsSubscribed = 2,
    }
}

numbered! {
    /// The type of a property whose value crosses as bytes.
    PropertyType {
        /// Text, in UTF-8.
        Text = 0,
        /// Bytes.
        Binary = 1,
        /// A user property: its name is the application's, and its value is text.
        User = 2,
    }
}

/// What the core wants done, or reports, by [`Host::step`](super::Host): with a packet, or with nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HostStep {
    /// Open a transport.
    OpenTransport = 0,
    /// Close the transport.
    CloseTransport = 1,
    /// CONNACK accepted the connection.
    Connected = 2,
    /// The server does not speak MQTT 5: the client goes on with 3.1.1.
    FellBack = 3,
    /// DISCONNECT of the server
    Disconnected = 4,
    /// AUTH of the server
    Authenticate = 5,
    /// An attempt to connect again begins.
    Reconnecting = 6,
    /// A connection that was open is lost.
    Offline = 7,
    /// Nothing more will be reported: the core can be freed.
    Ended = 8,
    /// A packet was sent; only while packets are observed.
    PacketSent = 9,
    /// A packet was received; only while packets are observed.
    PacketReceived = 10,
}
