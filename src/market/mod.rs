//! Floor 3: how returns are drawn, and the frictions that belong to an asset. Knows no participant.

mod asset;
mod assumptions;
mod correlation;
pub mod discount;
mod fees;
mod friction;
mod fund;
mod half_spread;
mod history;
mod inflation_linked;
mod model;
mod moments;
mod overlay;
mod whole;

pub use asset::{Asset, AssetClass, CASH, Liquidity, MAX_ASSETS, Series};
pub use assumptions::AssumptionSet;
pub use correlation::Correlation;
pub use discount::AcademicDiscount;
pub use fees::{FeeBasis, Fees, IncentiveFee, ManagementBase};
pub use friction::{ForcedSale, Friction, Frictions, HaircutRule, VolatilityHaircut};
pub use fund::{
    Appraisal, ExpectedIncentive, FeeStack, Gate, GateRule, Leverage, Smoothing, Unfilled, Vehicle,
};
pub(crate) use fund::{
    Fund, FundIngredients, FundMemory, FundSwitches, Gates, Past, Quote, funds_of, has_news,
};
pub use half_spread::HalfSpread;
pub(crate) use half_spread::{CRISIS_FALL, STRESS_FALL};
pub use history::{History, HistoryPeriod};
pub use model::{
    BlockMethod, Bootstrap, BootstrapOf, DEFAULT_DEGREES_OF_FREEDOM, Delivered, DynamicCorrelation,
    FEWEST_DEGREES_OF_FREEDOM, Garch, GarchCoefficients, GarchCorrelation, GarchParameters, Historical,
    HistoricalOf, Ingredients, Law, Lognormal, Memory, Model, NO_MEANS, Regime, RegimeParameters, Regimes,
    ReturnModel, StudentT, delivered,
};
pub use moments::ReturnMoments;
pub use overlay::{
    CrashJump, Crashes, ErrorCorrelation, ManagerSpread, Managers, Overlay, OverlayMemory, Overlays,
    ParameterUncertainty, PermanentLoss, Selection,
};
pub use whole::Market;
